"""The report of an interview: a page for a hiring meeting, as HTML, Markdown or JSON."""
