"""What can go wrong with the queue."""


class QueueError(Exception):
    """Base of all; the SDK's error is its cause."""

    def __init__(self, call: str, reason: str) -> None:
        super().__init__(f"{call}: {reason}")


class QueueUnreachable(QueueError):
    """No connection, or one that broke."""


class QueueBroken(QueueError):
    """SQS answered with a 5xx."""


class QueueThrottled(QueueError):
    """SQS asks for fewer requests."""


class QueueRefused(QueueError):
    """SQS will give the same answer the next time."""


TEMPORARY = (QueueUnreachable, QueueBroken, QueueThrottled)
