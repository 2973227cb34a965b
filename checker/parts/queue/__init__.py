"""The queue front: an SQS endpoint that records every attempt and injects faults on order."""
