"""The suite's process and its stream of observations, from real runs of tiny suites."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
import threading
from typing import TYPE_CHECKING, Any, Final

import pytest

from checker.kit.expect import NotRun, Refuted, expect
from checker.kit.plugin import judged
from checker.runner.suite_process import Incomplete, observations

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from checker.runner.job import Observation

HEAD: Final = "import pytest\nfrom checker.kit.expect import NotRun, Refuted, expect, proves\n"


class Ran:
    """What a suite's process told, and how it ended."""

    def __init__(self, lines: list[bytes], status: int, output: str) -> None:
        self.records: list[dict[str, Any]] = [json.loads(line) for line in lines]
        self.status = status
        self.output = output

    @property
    def seen(self) -> dict[str, Observation]:
        """The observations by the check's name, of a report that is whole."""
        return {one.check.partition("::")[2]: one for one in observations(self.records)}


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Ran]:
    """Return a way to run a suite of one file in a process of its own, as a run does."""

    def ran(suite: str, *, only: tuple[str, ...] = (), first: tuple[str, ...] = (), conftest: str = "") -> Ran:
        (tmp_path / "test_it.py").write_text(HEAD + textwrap.dedent(suite))
        (tmp_path / "conftest.py").write_text(conftest)
        read_end, write_end = os.pipe()
        order = {
            "suite": str(tmp_path),
            "desk": "/nowhere",
            "token": "t",
            "only": only,
            "first": first,
            "stream": write_end,
        }
        lines: list[bytes] = []
        with subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", "-m", "checker.kit"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
            pass_fds=[write_end],
        ) as process:
            os.close(write_end)
            with os.fdopen(read_end, "rb") as stream:
                reader = threading.Thread(target=lambda: lines.extend(stream))
                reader.start()
                output, _ = process.communicate(json.dumps(order).encode() + b"\n", timeout=60)
                reader.join(10)
        return Ran(lines, process.returncode, output.decode())

    return ran


def test_every_end_of_a_check_is_told(run: Callable[..., Ran]) -> None:
    """A pass, a refutation with its texts, what was not run, and a fault of the suite's, each as what it is."""
    ran = run(
        """
        @proves("alpha")
        def test_passes() -> None:
            expect(1 == 1, expected="one", seen="one")

        @proves("alpha")
        @pytest.mark.parametrize("number", [1, 2])
        def test_cases(number: int) -> None:
            expect(number == 1, expected="one", seen=number, repeat="curl x")

        @proves("beta")
        def test_is_not_run() -> None:
            raise NotRun("no token")

        @proves("beta")
        def test_breaks() -> None:
            {}["gone"]

        @proves("beta")
        def test_asserts() -> None:
            assert 1 == 2

        @proves("beta")
        def test_is_skipped() -> None:
            pytest.skip("x")

        @pytest.fixture
        def refuting():
            raise Refuted("a service", "none")

        @pytest.fixture
        def breaking():
            raise OSError("no room")

        @proves("gamma")
        def test_set_up_refutes(refuting) -> None: ...

        @proves("gamma")
        def test_set_up_breaks(breaking) -> None: ...

        @pytest.fixture
        def ending():
            yield
            raise OSError("too late")

        @proves("gamma")
        def test_tear_down_breaks(ending) -> None: ...

        class TestGroup:
            @proves("gamma")
            def test_in_a_class(self) -> None: ...
        """
    )
    assert {name: (one.requirement, one.outcome) for name, one in ran.seen.items()} == {
        "test_passes": ("alpha", "pass"),
        "test_cases[1]": ("alpha", "pass"),
        "test_cases[2]": ("alpha", "fail"),
        "test_is_not_run": ("beta", "not-run"),
        "test_breaks": ("beta", "error"),
        "test_asserts": ("beta", "error"),
        "test_is_skipped": ("beta", "error"),
        "test_set_up_refutes": ("gamma", "fail"),
        "test_set_up_breaks": ("gamma", "error"),
        "test_tear_down_breaks": ("gamma", "pass"),
        "TestGroup::test_in_a_class": ("gamma", "pass"),
    }
    failed = ran.seen["test_cases[2]"]
    assert (failed.expected, failed.seen, failed.repeat, failed.detail) == ("one", "2", "curl x", "")
    assert ran.seen["test_is_not_run"].seen == "no token"
    assert ran.seen["test_breaks"].detail == "KeyError: 'gone'"
    assert ran.status == 1
    assert list(ran.records[0]) == ["manifest"]
    assert ran.records[-1] == {"end": True}


def test_a_suite_that_passes_ends_with_0(run: Callable[..., Ran]) -> None:
    """The manifest holds every check, then come the observations in its order, then the end."""
    ran = run('@proves("alpha")\ndef test_a() -> None: ...\n@proves("beta")\ndef test_b() -> None: ...\n')
    assert ran.status == 0
    assert [list(record) for record in ran.records] == [["manifest"], ["observation"], ["observation"], ["end"]]
    assert [record["observation"]["check"] for record in ran.records[1:3]] == ran.records[0]["manifest"]


ORDERED: Final = "\n".join(f'@proves("{name}")\ndef test_{name}() -> None: ...' for name in ("alpha", "beta", "gamma"))


@pytest.mark.parametrize(
    ("only", "first", "made"),
    [
        (("beta",), (), ["beta"]),
        ((), ("gamma",), ["gamma", "alpha", "beta"]),
        (("alpha", "gamma"), ("gamma",), ["gamma", "alpha"]),
    ],
)
def test_some_requirements_may_be_asked_for(
    run: Callable[..., Ran], only: tuple[str, ...], first: tuple[str, ...], made: list[str]
) -> None:
    """Checks of other requirements are not made and not in the manifest; some may come before the others."""
    ran = run(ORDERED, only=only, first=first)
    assert [one.requirement for one in observations(ran.records)] == made


@pytest.mark.parametrize(
    "suite",
    [
        "def test_none() -> None: ...",
        '@proves("alpha")\n@proves("beta")\ndef test_two() -> None: ...',
        '@proves("alpha")\nclass TestIt:\n    @proves("beta")\n    def test_two(self) -> None: ...',
    ],
)
def test_a_check_bound_to_none_or_two_is_refused(run: Callable[..., Ran], suite: str) -> None:
    """A suite with such a check is not run at all, and its report is not whole."""
    ran = run(f'@proves("alpha")\ndef test_fine() -> None: ...\n{suite}\n')
    assert ran.status not in (0, 1)
    assert "requirements, not to one" in ran.output
    assert not any("observation" in record for record in ran.records)
    with pytest.raises(Incomplete):
        observations(ran.records)


@pytest.mark.parametrize(
    "suite",
    [
        "",
        "import no_such_module",
        '@proves("alpha")\ndef test_dies() -> None:\n    import os\n    os._exit(0)',
        '@proves("alpha")\ndef test_leaves() -> None:\n    pytest.exit("enough", returncode=0)',
    ],
)
def test_a_suite_that_breaks_has_no_whole_report(run: Callable[..., Ran], suite: str) -> None:
    """Nothing, a mistake or a death in the middle is never taken for a result, whatever the exit status says."""
    ran = run(f"{suite}\n")
    with pytest.raises(Incomplete):
        observations(ran.records)


def test_nothing_of_pytests_surroundings_counts(run: Callable[..., Ran], tmp_path: Path) -> None:
    """No configuration, plugin or conftest beside or above the suite has a say."""
    (tmp_path.parent / "conftest.py").write_text("raise SystemExit('above')")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --collect-only\n")
    (tmp_path / "pyproject.toml").write_text("[tool.pytest.ini_options]\naddopts = '--no-such-option'\n")
    try:
        ran = run(
            '@proves("alpha")\ndef test_a(mine) -> None:\n    assert mine == 1\n',
            conftest="import pytest\n@pytest.fixture\ndef mine(): return 1\n",
        )
    finally:
        (tmp_path.parent / "conftest.py").unlink()
    assert ran.seen["test_a"].outcome == "pass"
    assert not (tmp_path / ".pytest_cache").exists()


def test_foreign_text_is_cut_and_stays_data(run: Callable[..., Ran]) -> None:
    """What a submission wrote comes through as it is, up to a length, and never ends a line of the stream."""
    ran = run(
        """
        @proves("alpha")
        def test_long() -> None:
            expect(False, expected="short", seen="x" * 100_000, repeat='{"end": true}\\n\\udc80\\x1b[2J')
        """
    )
    seen = ran.seen["test_long"]
    assert len(seen.seen) == 2_000
    assert seen.repeat == '{"end": true}\n\udc80\x1b[2J'


class TestWords:
    """`expect` and what a check's end is judged as."""

    @pytest.mark.parametrize("condition", [True, 1, "x", [0]])
    def test_what_holds_is_silent(self, condition: object) -> None:
        """Anything that is true refutes nothing."""
        expect(condition, expected="a", seen="b")

    @pytest.mark.parametrize("condition", [False, 0, "", None, []])
    def test_what_does_not_hold_is_refuted(self, condition: object) -> None:
        """Anything else is a refutation with its texts."""
        with pytest.raises(Refuted, match="expected a cat; seen 3") as caught:
            expect(condition, expected="a cat", seen=3, repeat="look")
        assert (caught.value.expected, caught.value.seen, caught.value.repeat) == ("a cat", "3", "look")

    @pytest.mark.parametrize(
        ("error", "outcome"),
        [
            (None, "pass"),
            (Refuted("a", "b"), "fail"),
            (NotRun("x"), "not-run"),
            (AssertionError("x"), "error"),
            (TimeoutError(), "error"),
            (KeyboardInterrupt(), "error"),
            (SystemExit(0), "error"),
        ],
    )
    def test_each_end_has_its_outcome(self, error: BaseException | None, outcome: str) -> None:
        """Three ends of a check and no fourth; whatever else is a fault of the suite."""
        assert judged(error)["outcome"] == outcome
