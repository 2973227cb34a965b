"""What a run is told, and what it tells back; both cross a pipe as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal


@dataclass(frozen=True)
class Patience:
    """How many seconds a submission may take: to migrate, until its API or its worker is ready, for all checks."""

    migration: float = 60.0
    ready: float = 30.0  # what the contract allows a single request
    checks: float = 240.0  # many times what any suite takes; a wait of a suite's own has its own, shorter end


@dataclass(frozen=True)
class Preparation:
    """What a run needs to know before there is a submission: enough to start the stack and the suite's imports."""

    suite: str
    run_folder: str
    isolation: str
    only: tuple[str, ...] = ()  # requirement ids; none means all
    first: tuple[str, ...] = ()  # requirements that are looked at before the others
    patience: Patience = Patience()
    explain: bool = False  # whether the database logs the plans of the submission's statements
    hidden: tuple[str, ...] = ()  # folders that no submission may see, wherever they lie

    @property
    def folder(self) -> Path:
        """The run's folder."""
        return Path(self.run_folder)

    def to_json(self) -> str:
        """Return one line of JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Preparation:
        """Read what `to_json` wrote."""
        data = json.loads(text)
        tuples = {name: tuple(data[name]) for name in ("only", "first", "hidden")}
        return cls(**{**data, **tuples, "patience": Patience(**data["patience"])})


@dataclass(frozen=True)
class Job:
    """The submission to be checked: its frozen files, its environment, the folder of the Lambda runtime client.

    Where the kata's suite compares with the model solution, `model` and `model_venv` are its files and environment.
    `slow` holds the modules that may be imported ahead, by a process's role (`checker.libraries`).
    """

    submission: str
    venv: str
    client: str
    model: str = ""
    model_venv: str = ""
    programs: tuple[str, ...] = ()  # of the environment, for a stack that does not see it
    slow: dict[str, tuple[str, ...]] = field(default_factory=dict)  # what each role may import ahead

    def to_json(self) -> str:
        """Return one line of JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Job:
        """Read what `to_json` wrote."""
        return cls.from_data(json.loads(text))

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Job:
        """Read what `to_json` wrote, parsed."""
        slow = {role: tuple(modules) for role, modules in data["slow"].items()}
        return cls(**{**data, "programs": tuple(data["programs"]), "slow": slow})


CheckOutcome = Literal["pass", "fail", "not-run", "error"]


@dataclass(frozen=True)
class Observation:
    """What one check of a suite saw. Texts are for the candidate, but for `detail`, which is for us."""

    check: str
    requirement: str
    outcome: CheckOutcome
    expected: str = ""
    seen: str = ""
    repeat: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Outcome:
    """How a run ended.

    kind `complete`: every check of the manifest has its observation, and `cause` may explain some of them; `stopped`:
    the submission kept the checks from running, for the reason `cause`; `broken`: we did. `explained` tells
    whether the submission's own exit or log shows that a stop was its doing; where it is not, a canary decides.
    `detail` says in the suite's own words what of ours broke, and is for us alone.
    """

    kind: Literal["complete", "stopped", "broken"]
    observations: tuple[Observation, ...] = ()
    cause: str = ""
    log: str = ""
    explained: bool = True
    isolation: str = "none"
    phases: dict[str, float] = field(default_factory=dict)
    detail: str = ""

    def to_json(self) -> str:
        """Return one line of JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Outcome:
        """Read what `to_json` wrote, parsed."""
        return cls(**{**data, "observations": tuple(Observation(**item) for item in data["observations"])})
