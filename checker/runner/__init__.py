"""The inside of a run: from a frozen submission and a stack to observations."""
