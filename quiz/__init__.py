"""The interviewer's side: the question bank, the session engine, the scorecard, practice, and their faces."""
