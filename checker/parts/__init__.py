"""The services a run stands on, each in a folder or module of its own."""
