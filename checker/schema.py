"""Content that people write as YAML: strict models, and one way to read a file into one.

What is wrong with a file is an `InfrastructureError` that names the file, the key and what was expected.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import pydantic
import yaml
from pydantic import BaseModel, ConfigDict, Field

from checker.errors import InfrastructureError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
Text = Annotated[str, Field(min_length=1, pattern=r"\S")]
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # in C where it is there: a tenth of the time


class Strict(BaseModel):
    """Refuses unknown keys and changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


M = TypeVar("M", bound=Strict)


def refuse_twins(identifiers: Iterable[str], message: str = "the id {id!r} is used twice") -> None:
    """Raise `ValueError` with `message` where an id stands twice, the first of which is its `{id}`."""
    seen: set[str] = set()
    for identifier in identifiers:
        if identifier in seen:
            raise ValueError(message.format(id=identifier))
        seen.add(identifier)


def first_key(error: pydantic.ValidationError, _content: Any) -> str:
    """Return the first thing that is wrong: its key, and what was expected."""
    first = error.errors()[0]
    return f"{'.'.join(map(str, first['loc'])) or 'the whole'}: {first['msg']}"


def read_model(path: Path, model: type[M], told: Callable[[pydantic.ValidationError, Any], str] = first_key) -> M:
    """Read a file into a model; `told` says what is wrong with its content. A file that cannot be read: `OSError`."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 - either is a safe one
        return model.model_validate(content)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise InfrastructureError(f"{path} is no YAML: {error}") from error
    except pydantic.ValidationError as error:
        raise InfrastructureError(f"{path}: {told(error, content)}") from error
