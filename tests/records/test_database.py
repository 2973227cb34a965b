"""Opening the records: made, migrated or refused; processes that are killed, meet, or find no room."""

from __future__ import annotations

import os
import resource
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, make_url, select, text

from checker.errors import InfrastructureError, UsageError
from quiz.session import Plan, Sheet
from records import files
from records.connection import Records
from records.database import open_records
from records.files import engine_of_file, transaction_of_file
from records.interviews import InterviewStore
from records.models import interviews, metadata
from records.revisions import HEAD, REVISIONS
from records.sqlite_file import backups, make_file
from records.upgrades import configuration, run_migrations

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

SECONDS: Final = 60.0
OPEN: Final = "from records.database import open_records; from records.interviews import InterviewStore\n"
PLAN: Final = "from quiz.session import Plan, Sheet; plan = Plan(('q1', 'q2'))\n"


def child(program: str, file: Path, **options: Any) -> subprocess.Popen[str]:
    """Start a process that runs a program, with the test's own state folder."""
    return subprocess.Popen(
        [sys.executable, "-c", OPEN + PLAN + program],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "XDG_STATE_HOME": str(file.parents[1])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def finished(process: subprocess.Popen[str]) -> str:
    """Wait for a process and return what it printed."""
    out, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, err
    return out.strip()


def older(file: Path, revision: str = "0001") -> str:
    """Make a file at an older revision, with an interview in it; return the interview's id."""
    make_file(file)
    with transaction_of_file(file) as connection:
        run_migrations(connection, revision)
        connection.execute(text("INSERT INTO interviews VALUES ('older', 'Ada', :plan, 1.0, 0, NULL)"), PLAN_DATA)
        connection.execute(text("INSERT INTO sheets VALUES ('older', 'q1', '{}', 'old', '', '[]', 0, 1, 0, 2.5)"))
    return "older"


PLAN_DATA: Final = {"plan": '{"items": ["q1"], "level": null, "minutes": null, "left_out": []}'}


@pytest.fixture
def folder(file: Path) -> Path:
    """Make the folder that the records lie in."""
    file.parent.mkdir(parents=True)
    return file.parent


def schema_differences(url: str, *, migrate: bool) -> list[Any]:
    """Return what autogeneration would change in a database that was made in one of the two ways."""
    engine = engine_of_file(Path(str(make_url(url).database))) if url.startswith("sqlite") else create_engine(url)
    with engine.begin() as connection:
        if migrate:
            run_migrations(connection)
        context = MigrationContext.configure(
            connection, opts={"version_table": "workbench_revision", "compare_type": True}
        )
        found: list[Any] = compare_metadata(context, metadata)
    engine.dispose()
    return found


@pytest.mark.usefixtures("folder")
def test_the_migrations_make_what_the_models_say(url: str) -> None:
    """A database that was migrated from nothing differs in nothing from the models, on either kind."""
    assert schema_differences(url, migrate=True) == []


@pytest.mark.usefixtures("folder")
def test_a_new_database_is_what_the_migrations_make(url: str) -> None:
    """A database that was made in one go is at the head, and differs in nothing from the models either."""
    with open_records(url) as records, records.reading() as connection:
        assert connection.execute(text("SELECT version_num FROM workbench_revision")).scalar() == HEAD
    assert schema_differences(url, migrate=False) == []


def test_the_revisions_are_those_of_the_migrations() -> None:
    """What is known without Alembic is what Alembic knows; there is one head, and no branch."""
    script = ScriptDirectory.from_config(configuration())
    assert tuple(one.revision for one in reversed(list(script.walk_revisions()))) == REVISIONS
    assert script.get_heads() == [HEAD]


def test_the_file_is_made_on_first_use(file: Path) -> None:
    """It lies in the state folder, is its owner's alone, and keeps what is entered from one opening to the next."""
    with open_records() as records:
        interview = InterviewStore(records).create("Ada", Plan(("q1",)), 1.0)
        assert records.place == str(file)
    assert file.stat().st_mode & 0o777 == 0o600
    with open_records() as records:
        assert InterviewStore(records).load(interview).candidate == "Ada"


def test_alembic_is_imported_only_where_it_is_needed(file: Path) -> None:
    """Neither making a file nor opening it again takes Alembic's time, nor the mapper's."""
    for _ in range(2):
        program = "import sys; open_records().close()\nprint({'alembic', 'sqlalchemy.orm'} & set(sys.modules))"
        assert finished(child(program, file)) == "set()"


def test_settings_of_a_connection(file: Path) -> None:
    """Every commit is synced, deleted bytes are overwritten, references are enforced, the log is written ahead."""
    with open_records() as records, records.reading() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
        }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "busy_timeout": 10000,
    }
    assert file.is_file()


def test_a_url_may_name_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`WORKBENCH_DATABASE_URL` goes before the user's own file."""
    monkeypatch.setenv("WORKBENCH_DATABASE_URL", f"sqlite:///{tmp_path}/team.sqlite3")
    with open_records() as records:
        assert records.path == tmp_path / "team.sqlite3"


def test_a_url_may_name_a_server(server_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its password is not shown."""
    monkeypatch.setenv("WORKBENCH_DATABASE_URL", server_url)
    with open_records() as records:
        assert records.path is None
        assert str(make_url(server_url).password) not in records.place


@pytest.mark.parametrize("url", ["nonsense", "nosql://secret@host/db", "mysql+nodriver://u:secret@h/d"])
def test_a_url_that_means_nothing_is_a_wrong_call(url: str) -> None:
    """What cannot be understood is not shown, as it may hold a password."""
    with pytest.raises(UsageError, match="is no URL of a database") as caught:
        open_records(url)
    assert "secret" not in caught.value.message


def test_a_server_that_is_not_there_is_our_trouble() -> None:
    """The error names the place without its password, and how to do without."""
    with pytest.raises(InfrastructureError, match=r"cannot use the records at .*127\.0\.0\.1") as caught:
        open_records("postgresql+psycopg://me:secret@127.0.0.1:1/records")
    assert "secret" not in caught.value.message
    assert "unset WORKBENCH_DATABASE_URL" in str(caught.value.next_step)


def test_an_older_file_is_migrated_beside_a_copy(file: Path, folder: Path) -> None:
    """What was in it is still there, new tables are, and the copy beside it is the file as it was."""
    interview = older(file)
    with open_records() as records:
        kept = InterviewStore(records).load(interview)
        assert (kept.candidate, kept.sheets["q1"].note) == ("Ada", "old")
    assert schema_differences(f"sqlite:///{file}", migrate=False) == []
    (copy,) = backups(file)
    assert copy.parent == folder
    assert copy.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT version_num FROM workbench_revision").fetchone() == ("0001",)
        assert connection.execute("SELECT note FROM sheets").fetchone() == ("old",)
    open_records().close()
    assert backups(file) == [copy]


def test_an_older_server_is_migrated(server_url: str) -> None:
    """A database at an earlier revision has the newer tables once it was opened."""
    engine = create_engine(server_url)
    with engine.begin() as connection:
        run_migrations(connection, "0001")
    engine.dispose()
    open_records(server_url).close()
    assert schema_differences(server_url, migrate=False) == []


@pytest.mark.usefixtures("folder")
def test_a_migration_that_fails_changes_nothing(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is at its revision with what was in it, and the next opening migrates it."""

    def fail(connection: Any) -> None:
        run_migrations(connection)
        raise InfrastructureError("the power went")

    interview = older(file)
    with monkeypatch.context() as patch:
        patch.setattr(files, "upgrade", fail)
        with pytest.raises(InfrastructureError, match="the power went"):
            open_records()
    with closing(sqlite3.connect(file)) as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        assert "verdicts" not in names
        assert connection.execute("SELECT version_num FROM workbench_revision").fetchone() == ("0001",)
    with open_records() as records:
        assert InterviewStore(records).load(interview).candidate == "Ada"


def refused(file: Path, match: str) -> InfrastructureError:
    """Open records that are refused, and prove that the file was left byte for byte as it was."""
    before = file.read_bytes()
    with pytest.raises(InfrastructureError, match=match) as caught:
        open_records()
    assert file.read_bytes() == before
    assert str(file) in caught.value.message + str(caught.value.next_step)
    assert caught.value.next_step
    return caught.value


def test_a_newer_file_is_refused(file: Path) -> None:
    """A file of a newer workbench is left as it is, in its log as well, and the way out is to upgrade."""
    with open_records() as records:
        InterviewStore(records).create("Ada", Plan(("q1",)), 1.0)
    with closing(sqlite3.connect(file)) as held:  # which keeps the log from being taken over into the file
        held.execute("UPDATE workbench_revision SET version_num = '9999'")
        held.commit()
        log = file.with_name(f"{file.name}-wal")
        before = log.read_bytes()
        assert before
        error = refused(file, "written by a newer workbench .revision 9999")
        assert log.read_bytes() == before
    assert "upgrade" in str(error.next_step)


def test_a_newer_server_is_refused(server_url: str) -> None:
    """A database of a newer workbench is left as it is."""
    open_records(server_url).close()
    engine = create_engine(server_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE workbench_revision SET version_num = '9999'"))
    with pytest.raises(InfrastructureError, match="newer workbench"):
        open_records(server_url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM workbench_revision")).scalar() == "9999"
    engine.dispose()


def test_a_damaged_file_is_refused(file: Path) -> None:
    """A file with a page that was overwritten is left as it is; where there is no copy it can be put aside."""
    with open_records() as records:
        store = InterviewStore(records)
        interview = store.create("Ada", Plan(("q1",)), 1.0)
        for number in range(50):
            store.save_sheet(interview, f"q{number}", Sheet(note="x" * 500))
    whole = bytearray(file.read_bytes())
    whole[4096 : 4096 * 6] = os.urandom(4096 * 5)
    file.write_bytes(whole)
    error = refused(file, "are damaged")
    assert error.next_step == f"mv {file} {file}.damaged"


@pytest.mark.parametrize("content", [b"no database\n" * 500, b"x", b"SQLite format 3\x00" + b"\xff" * 5000])
@pytest.mark.usefixtures("folder")
def test_what_is_no_database_is_refused(file: Path, content: bytes) -> None:
    """Any other file in its place is left as it is; a copy from before an upgrade is offered where there is one."""
    copy = file.with_name(f"{file.name}.backup-0001-20260101T000000")
    copy.write_bytes(b"")
    file.write_bytes(content)
    error = refused(file, "damaged|cannot use")
    if "damaged" in error.message:
        assert error.next_step == f"cp {copy} {file}"


@pytest.mark.usefixtures("folder")
def test_another_programs_database_is_refused(file: Path) -> None:
    """Tables of somebody else's are not added to."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE bookmarks (url)")
    refused(file, "not of the workbench's records")


def test_a_file_that_was_cut_short_while_it_was_made_is_made_again(file: Path, folder: Path) -> None:
    """A process that was killed before it had made the tables leaves nothing in the way of the next."""
    assert folder.is_dir()
    file.touch()
    open_records().close()
    file.unlink()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    open_records().close()
    assert schema_differences(f"sqlite:///{file}", migrate=False) == []


def test_a_folder_that_cannot_be_written_is_our_trouble(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch, unprivileged: Callable[[], AbstractContextManager[None]]
) -> None:
    """The error names the place and another; also where the file is there and the folder is read-only."""
    monkeypatch.delenv("WORKBENCH_DATABASE_URL", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(open_folder / "state"))
    with unprivileged(), pytest.raises(InfrastructureError, match=r"cannot write .*Permission denied") as caught:
        open_records()
    assert "XDG_STATE_HOME" in str(caught.value.next_step)
    open_records().close()
    for path in open_folder.rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    with unprivileged(), pytest.raises(InfrastructureError) as caught, open_records() as records:
        InterviewStore(records).create("Ada", Plan(("q1",)), 1.0)
    assert str(open_folder) in caught.value.message
    assert caught.value.next_step


@pytest.mark.usefixtures("folder")
def test_a_file_that_cannot_be_read_is_our_trouble(
    open_folder: Path, unprivileged: Callable[[], AbstractContextManager[None]]
) -> None:
    """Somebody else's file is refused as such."""
    path = open_folder / "records.sqlite3"
    with open_records(f"sqlite:///{path}"):
        pass
    with unprivileged(), pytest.raises(InfrastructureError, match=r"cannot (use|read) the records"):
        open_records(f"sqlite:///{path}")


def test_a_folder_in_its_place_is_our_trouble(file: Path) -> None:
    """Where the file should be there is a folder."""
    file.mkdir(parents=True)
    with pytest.raises(InfrastructureError, match=r"cannot (use|read) the records"):
        open_records()


FILL: Final = """
import resource, signal, sys
records = open_records()
store = InterviewStore(records)
interview = store.create("Ada", plan, 1.0)
store.save_sheet(interview, "q1", Sheet(note="kept"))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (256 * 1024, resource.RLIM_INFINITY))
from checker.errors import InfrastructureError
try:
    store.save_sheet(interview, "q2", Sheet(note="x" * 1024 * 1024))
except InfrastructureError as error:
    assert "cannot use the records" in error.message and "XDG_STATE_HOME" in error.next_step, error
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
    store.save_sheet(interview, "q3", Sheet(note="later"))
    print(interview)
"""


def test_no_room_is_our_trouble(file: Path) -> None:
    """A write that does not fit is told and leaves what was there; once there is room the same store goes on."""
    assert resource.RLIM_INFINITY in resource.getrlimit(resource.RLIMIT_FSIZE)
    interview = finished(child(FILL, file))
    with open_records() as records:
        kept = InterviewStore(records).load(interview)
    assert {item: sheet.note for item, sheet in kept.sheets.items()} == {"q1": "kept", "q3": "later"}


WRITE: Final = """
store = InterviewStore(open_records())
interview = store.create("Ada", plan, 1.0)
print(interview, flush=True)
number = 0
while True:
    store.save_sheet(interview, "q1", Sheet(note=str(number)))
    store.save_sheet(interview, f"i{number}", Sheet(note=str(number)))
    store.save_position(interview, number)
    print(number, flush=True)
    number += 1
"""


def test_a_killed_process_loses_nothing_that_was_saved(file: Path) -> None:
    """Whatever a call had returned for is there after kill -9 in the middle of writing, and the file is whole."""
    with child(WRITE, file) as process:
        assert process.stdout is not None
        interview = process.stdout.readline().strip()
        for _ in range(25):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        told = process.stdout.read().splitlines()
        assert process.wait(SECONDS) == -signal.SIGKILL
    saved = int(told[-1]) if told else 24
    with open_records() as records:
        kept = InterviewStore(records).load(interview)
    assert int(kept.sheets["q1"].note) >= saved
    assert {f"i{number}" for number in range(saved + 1)} <= set(kept.sheets)
    assert kept.position >= saved


MEET: Final = """
import sys
sys.stdin.readline()
with open_records() as records:
    store = InterviewStore(records)
    interview = store.create(f"Candidate", plan, 1.0)
    for number in range(10):
        store.save_sheet(interview, f"q{number}", Sheet(note="x"))
    print(interview)
"""


@pytest.mark.parametrize("kind", ["new", "older"])
def test_processes_that_open_it_at_once_do_not_disturb_each_other(file: Path, folder: Path, kind: str) -> None:
    """Three processes that make, or migrate, one file at the same moment all keep their interviews in it."""
    if kind == "older":
        older(file)
    processes = [child(MEET, file, stdin=subprocess.PIPE) for _ in range(3)]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    ids = {finished(process) for process in processes}
    with open_records() as records:
        store = InterviewStore(records)
        assert ids == {one.id for one in store.summaries()} - {"older"}
        assert all(len(store.load(interview).sheets) == 10 for interview in ids)
    assert len(ids) == 3
    assert len(backups(file)) == (kind == "older")
    assert not list(folder.glob(".*"))


def test_processes_that_open_a_server_at_once_do_not_disturb_each_other(server_url: str, file: Path) -> None:
    """Three processes make the tables of one database at the same moment, once."""
    program = MEET.replace("open_records()", f"open_records({server_url!r})")
    processes = [child(program, file, stdin=subprocess.PIPE) for _ in range(3)]
    ids = {finished(process) for process in processes}
    with open_records(server_url) as records, records.reading() as connection:
        assert set(connection.execute(select(interviews.c.id)).scalars()) == ids
    assert len(ids) == 3


def test_a_writer_waits_for_another(file: Path) -> None:
    """While one process holds the lock of a write, another one waits and then writes."""
    with open_records() as records, open_records() as others:
        with records.writing() as connection:
            connection.execute(interviews.insert().values(id="one22", candidate="", plan={}, started=1.0))
            process = child('print(InterviewStore(open_records()).create("Bob", plan, 1.0))', file)
            assert InterviewStore(others).summaries() == []
        assert finished(process) in {one.id for one in summaries(others)}


def summaries(records: Records) -> list[Any]:
    """Return the ids that are kept."""
    with records.reading() as connection:
        return list(connection.execute(select(interviews.c.id)))
