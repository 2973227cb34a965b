"""The task service: an API that stores tasks and hands them to a worker through SQS."""
