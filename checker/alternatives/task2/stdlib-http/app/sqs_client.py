from app.main import SQSClient, SQSError  # noqa
