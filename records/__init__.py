"""What is kept: interviews, answers, practice reviews and verdicts, in SQLite or any database of SQLAlchemy's."""
