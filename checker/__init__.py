"""The grader: from a submission's files to a verdict that can be trusted."""
