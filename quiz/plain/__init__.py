"""The plain face of an interview: line by line, for pipes, screen readers and CI. It moves no cursor."""
