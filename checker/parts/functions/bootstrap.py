"""A runtime interface client in the standard library alone, for where AWS's has no wheel.

It does what a handler can see of `awslambdaric`: the context, the logging handler on the root logger, the error
documents, and an exit with status 1 where the handler cannot be loaded. It stands alone, like `launch.py`.
"""

from __future__ import annotations

import http.client
import importlib
import io
import json
import logging
import os
import sys
import time
import traceback
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import Message

PREFIX = "/2018-06-01/runtime"
LOG_FORMAT = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s"
LOAD_ERRORS = {  # AWS's names, in the order in which they are tried
    ImportError: "Runtime.ImportModuleError",
    SyntaxError: "Runtime.UserCodeSyntaxError",
}


class Context:
    """What a handler gets as its second argument."""

    current_id = ""

    def __init__(self, headers: Message) -> None:
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.identity = self.client_context = None
        self._deadline_ms = int(headers["Lambda-Runtime-Deadline-Ms"])

    def get_remaining_time_in_millis(self) -> int:
        """Return how long the invocation may still take."""
        return max(0, self._deadline_ms - int(time.time() * 1000))


def call(method: str, path: str, body: bytes | None = None) -> tuple[Message, bytes]:
    """Make one request of the runtime API; return the answer's headers and body."""
    connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    connection.request(method, PREFIX + path, body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    if answer.status >= http.client.BAD_REQUEST:
        raise RuntimeError(f"the runtime API refused {path}: {answer.status} {content[:200]!r}")
    return answer.headers, content


def error_document(error: BaseException, kind: str | None = None) -> bytes:
    """Return `error` as the runtime API takes it, and write it to the log as one line."""
    frames = traceback.format_tb(error.__traceback__)[1:]  # the first one is this file's
    name = kind or type(error).__name__
    sys.stdout.write(f"[ERROR] {name}: {error}\r{''.join(frames)}".replace("\n", "\r") + "\n")
    return json.dumps({"errorType": name, "errorMessage": str(error), "stackTrace": frames}).encode()


def load(name: str) -> Callable[[Any, Context], Any]:
    """Import the handler; where that fails, tell the runtime API and end."""
    module, _, function = name.rpartition(".")
    try:
        loaded = importlib.import_module(module)
    except Exception as error:  # noqa: BLE001 - whatever the submission raises is what is told
        kind = next((kind for base, kind in LOAD_ERRORS.items() if isinstance(error, base)), None)
        give_up(error_document(error, kind))
    if not hasattr(loaded, function):
        missing = AttributeError(f"Handler '{function}' missing on module '{module}'")
        give_up(error_document(missing, "Runtime.HandlerNotFound"))
    handler: Callable[[Any, Context], Any] = getattr(loaded, function)
    return handler


def give_up(document: bytes) -> NoReturn:
    """Tell that the handler cannot be loaded, and end."""
    call("POST", "/init/error", document)
    sys.exit(1)


def serve(handler: Callable[[Any, Context], Any]) -> None:
    """Take one invocation after the other."""
    while True:
        headers, event = call("GET", "/invocation/next")
        context = Context(headers)
        Context.current_id = context.aws_request_id
        os.environ["_X_AMZN_TRACE_ID"] = headers["Lambda-Runtime-Trace-Id"]
        try:
            response = handler(json.loads(event), context)
            kind, body = "response", response if isinstance(response, bytes) else json.dumps(response).encode()
        except Exception as error:  # noqa: BLE001 - whatever the handler raises is what is told
            kind, body = "error", error_document(error)
        call("POST", f"/invocation/{context.aws_request_id}/{kind}", body)


def with_request_id(record: logging.LogRecord) -> bool:
    """Add to a log record which invocation it belongs to."""
    record.aws_request_id = Context.current_id
    return True


def main() -> None:
    """Set up logging as AWS's client does, then serve."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)
    logging.Formatter.converter = time.gmtime
    output = logging.StreamHandler(sys.stdout)
    output.setFormatter(logging.Formatter(LOG_FORMAT, "%Y-%m-%dT%H:%M:%S"))
    output.addFilter(with_request_id)
    logging.getLogger().addHandler(output)
    serve(load(sys.argv[1]))


if __name__ == "__main__":
    main()
