import uuid


class SQSClient:
    def send_message(self, body):
        return str(uuid.uuid4())
