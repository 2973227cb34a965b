"""Retry with back-off in the SQS client."""
