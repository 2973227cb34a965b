"""The feature: tasks."""
