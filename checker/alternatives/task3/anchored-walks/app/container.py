"""Who gets what: a container by hand."""

from functools import cached_property

from app.config import Settings
from app.sqs_client import SQSClient
from app.tasks.cursors import Signer
from app.tasks.service import TaskService
from app.tasks.storage import TaskRepository


class Container:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.tasks = TaskService(TaskRepository(), SQSClient())  # at once: boto3 makes clients in one thread alone

    @cached_property
    def signer(self) -> Signer:
        return Signer(self.settings.jwt_secret)
