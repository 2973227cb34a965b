"""What `requirements.txt` of a stranger may say: names with versions, extras, markers and hashes, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from checker.environment import requirement_texts
from checker.errors import SubmissionError
from checker.requirements import Line, check, lines_of, require_plain

REPOSITORY = Path(__file__).parents[1]
DIGEST = "0123456789abcdef" * 4


def refused(folder: Path, text: str | bytes) -> str:
    """Return why a file is refused; nothing where it is taken."""
    data = text.encode() if isinstance(text, str) else text
    (folder / "requirements.txt").write_bytes(data)
    try:
        require_plain(folder)
    except SubmissionError as error:
        return error.message
    return ""


@pytest.mark.parametrize(
    "file",
    [*REPOSITORY.glob("reference/**/requirements.txt"), *REPOSITORY.glob("checker/alternatives/**/requirements.txt")],
)
def test_our_own_are_taken(file: Path) -> None:
    """The starter, every solution and every alternative say nothing that is refused."""
    require_plain(file.parent)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n# a comment\n   # another, für alle \u2713\n",
        "fastapi",
        "fastapi==0.1\nuvicorn[standard] >= 0.2, < 1 ; python_version >= '3.11'  # why\n",
        "psycopg[binary,pool]~=3.2\r\nredis===8.1\r\n",
        f"fastapi==0.1 --hash=sha256:{DIGEST}",
        f"fastapi==0.1 \\\n    --hash=sha256:{DIGEST} \\\n    --hash=sha512:{DIGEST}{DIGEST}\n    # via -r base.in\n",
        "fastapi \\\n  ==0.1\nredis",
        "a.b-c_d (>=1)",
        "colour==1 #comment",
    ],
)
def test_packages_by_name_are_taken(tmp_path: Path, text: str) -> None:
    """Names with versions, extras, markers, hashes and comments, over several lines, with either line end."""
    assert refused(tmp_path, text) == ""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("--index-url https://evil.example/simple", "the option --index-url"),
        ("-i https://evil.example/simple", "the option -i"),
        ("--extra-index-url=https://evil.example/simple", "the option --extra-index-url"),
        ("--find-links .", "the option --find-links"),
        ("-f .", "the option -f"),
        ("-e .", "the option -e"),
        ("--editable=git+https://x/y", "the option --editable"),
        ("--no-index", "the option --no-index"),
        ("--pre", "the option --pre"),
        ("--trusted-host evil.example", "the option --trusted-host"),
        ("--no-binary :all:", "the option --no-binary"),
        ("-", "the option -"),
        ("-r", "the option -r"),
        ("-rother.txt", "the option -r"),
        ("-r 'other.txt'", "the option -r"),
        ("-r \\\nother.txt", "the option -r"),
        ("-r https://evil.example/x", "the option -r"),
        ("-r /etc/passwd", "out of the submission"),
        ("-r ../other.txt", "out of the submission"),
        ("-c a/../../other.txt", "out of the submission"),
        ("-r gone.txt", "no such file"),
        ("fastapi --index-url https://evil.example", "the option --index-url"),
        ("fastapi --global-option=x", "the option --global-option"),
        ("fastapi --config-settings=x=y", "the option --config-settings"),
        (f"fastapi --hash=md5:{DIGEST}", "the option --hash"),
        (f"fastapi --hash=sha256:{DIGEST}x", "the option --hash"),
        ("fastapi \\\n --index-url https://evil.example", "line 1: the option --index-url"),
        ("redis\n\nfastapi -e .", "line 3: the option -e"),
        (".", "a path or URL"),
        ("./evil", "a path or URL"),
        ("evil/", "a path or URL"),
        ("~/evil", "a path or URL"),
        ("/evil", "a path or URL"),
        ("file:evil", "a path or URL"),
        ("evil\\x", "a path or URL"),
        ("https://evil.example/x.whl", "a path or URL"),
        ("git+https://evil.example/x", "a path or URL"),
        ("git+ssh://git@evil.example/x", "a path or URL"),
        ("evil @ https://evil.example/x.whl", "a URL"),
        ("evil @ file:///etc", "a URL"),
        ("evil[x]@git+https://evil.example/x", "a URL"),
        ("evil @ ./evil", "a URL"),
        ("evil.whl", "a file"),
        ("evil-1.0-py3-none-any.whl", "a file"),
        ("evil.tar.gz", "a file"),
        ("${HOME}", "a variable"),
        ("fastapi==$X", "a variable"),
        ("fast api", "no requirement"),
        ("==1", "no requirement"),
        ("fastapi; os_name ==", "no requirement"),
        ("fastapi; " + "(" * 900 + "os_name=='x'" + ")" * 900, "no requirement"),
        ("f\u0430stapi", "beyond ASCII"),
        ("x" * 3000, "more than 2000 characters"),
        ("fastapi # a comment \\\nhttps://evil.example/x.whl", "a comment that goes on"),
        ("# a comment \\\nhttps://evil.example/x.whl", "a comment that goes on"),
        ("fastapi \\\n# a comment\nredis", "a comment in a line that goes on"),
        ("fastapi \\", "goes on and does not"),
        ("fastapi \\\n", ""),
        ("# x\rhttps://evil.example/x.whl", "a control character"),
        ("# x\u2028https://evil.example/x.whl", "a control character"),
        ("# x\x0c-e .", "a control character"),
        ("# x\x85-e .", "a control character"),
        ("\x00", "a control character"),
        ("\ufefffastapi", "a control character"),
        ("fastapi\x1b[31m", "a control character"),
        (b"\xff\xfef\x00", "not UTF-8"),
        ("fastapi".encode("utf-16"), "not UTF-8"),
        (b"caf\xe9", "not UTF-8"),
    ],
)
def test_all_else_is_refused(tmp_path: Path, text: str | bytes, reason: str) -> None:
    """Options, paths, URLs, variables and what is ambiguous are refused in one line that tells where and why."""
    (tmp_path.parent / "other.txt").write_text("fastapi")
    told = refused(tmp_path, text)
    assert reason in told
    assert told.isprintable()
    assert len(told) < 250
    if reason not in {"", "not UTF-8"}:
        assert told.startswith("requirements.txt, line ")


def test_files_of_the_submission_may_be_included(tmp_path: Path) -> None:
    """`-r` and `-c` of files in the tree are followed, in a circle too; what they say follows the same rules."""
    (tmp_path / "deep/er").mkdir(parents=True)
    (tmp_path / "deep/base.txt").write_text("--requirement=er/more.txt\n-c ../limits.txt\nfastapi\n")
    (tmp_path / "deep/er/more.txt").write_text("-r ../base.txt\n-r ../../requirements.txt\nredis\n")
    (tmp_path / "limits.txt").write_text("redis<9\n")
    assert refused(tmp_path, "-r deep/base.txt\n--constraint limits.txt\n") == ""
    assert len(requirement_texts(tmp_path)) == 4, "an environment's key must cover what is installed"
    (tmp_path / "deep/er/more.txt").write_text("redis\n-e .\n")
    assert refused(tmp_path, "-r deep/base.txt\n") == "deep/er/more.txt, line 2: the option -e: '-e .'"


def test_there_is_an_end_to_what_is_read(tmp_path: Path) -> None:
    """Neither many files nor long ones keep anybody busy."""
    for number in range(100):
        (tmp_path / f"{number}.txt").write_text(f"-r {number + 1}.txt\n")
    assert "more than 32 files" in refused(tmp_path, "-r 0.txt\n")
    assert "1 MB" in refused(tmp_path, "# x\n" * 2**18 + "# x")


def test_a_file_that_includes_none_of_ours_by_a_link(tmp_path: Path) -> None:
    """A copy holds no links, and where one appeared it would not be followed."""
    (tmp_path / "link.txt").symlink_to("/etc/passwd")
    with pytest.raises(OSError, match="symbolic"):
        refused(tmp_path, "-r link.txt")


pieces = st.sampled_from(
    [
        "a",
        "b==1",
        " ",
        "\t",
        "#",
        "\\",
        "\n",
        "\r\n",
        "-r",
        "-e",
        "--hash=sha256:",
        DIGEST,
        "@",
        "./",
        "://",
        "=",
        "[x]",
        ";",
        "$",
    ]
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(pieces, max_size=14).map("".join))
@example("a\\\n# x\n-e .")
def test_whatever_is_taken_names_packages_alone(text: str) -> None:
    """However a file is put together, to the plainest reader of lines it holds no other option, path or URL."""
    try:
        taken = list(lines_of("requirements.txt", text.encode()))
        for line in taken:
            check(line)
    except SubmissionError:
        return
    for raw in text.splitlines():
        plain = raw.partition("#")[0].strip().removesuffix("\\").strip()
        words = plain.split()
        assert not any(word.startswith("-") and not word.startswith(("--hash=sha", "-r")) for word in words)
        assert not any(mark in plain for mark in ("@", "://", "./", "$")) or plain.startswith("-r")


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    """Any bytes are taken or refused."""
    try:
        for line in lines_of("requirements.txt", data):
            assert isinstance(line, Line)
            check(line)
    except SubmissionError:
        return
