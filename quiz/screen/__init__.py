"""The full screen of an interview: a Textual application over the session engine."""
