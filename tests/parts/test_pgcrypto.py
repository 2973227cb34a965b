"""pgcrypto as a submission uses it: known answers, refusals, and no way from it to anything else."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

import psycopg
import pytest
from psycopg import errors

from checker.parts.pgcrypto.functions import MOST_BLOWFISH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checker.parts.postgres import Postgres

# From RFC 3174, RFC 4231, crypt_blowfish's own tests, and the C library's crypt(3).
KNOWN: Final = [
    ("encode(digest('abc', 'md5'), 'hex')", "900150983cd24fb0d6963f7d28e17f72"),
    ("encode(digest('abc', 'sha1'), 'hex')", "a9993e364706816aba3e25717850c26c9cd0d89d"),
    (
        "encode(digest('abc'::bytea, 'SHA256'), 'hex')",
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    ),
    ("length(digest('', 'sha512'))", 64),
    (
        "encode(hmac('what do ya want for nothing?', 'Jefe', 'sha256'), 'hex')",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    ),
    (
        "crypt('U*U', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.')",
        "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
    ),
    ("crypt('secret', '$1$abcdefgh')", "$1$abcdefgh$cHJi5PXp/ki/ktXzqlk6I1"),
    ("crypt('secret', 'ab')", "abNANd1rDfiNc"),
    ("crypt('secret', '_J9..abcd')", "_J9..abcd/H6HLCcf7nw"),
    (
        "crypt('secret', '$5$rounds=1000$abcdefgh')",
        "$5$rounds=1000$abcdefgh$XIppta5rT8zJUu4vAOKQXrwq9uY4Ijlz6VjyOmkx5i4",
    ),
    (
        "crypt('secret', '$6$abcdefgh')",
        "$6$abcdefgh$ltjgWl6579NluT/Vi1nwEvcil.G5Nbc4NiXZaNGStk8PSwGfQv72N2CKPPrVACtLtip/cZ/1GM/O6IND4WQhG.",
    ),
    ("length(gen_random_bytes(33))", 33),
    ("gen_random_bytes(16) = gen_random_bytes(16)", False),
    ("gen_random_uuid() = gen_random_uuid()", False),
    ("crypt(NULL, gen_salt('bf')) IS NULL", True),
]
SALTS: Final = {
    "'bf'": "$2a$06$",
    "'bf', 4": "$2a$04$",
    "'BF', 0": "$2a$06$",
    "'md5'": "$1$",
    "'des'": "",
    "'xdes', 999": "_",
    "'sha256crypt'": "$5$rounds=5000$",
    "'sha512crypt', 1000": "$6$rounds=1000$",
}
REFUSED: Final = {
    "digest('abc', 'sha3000')": "No such hash algorithm",
    "crypt('x', '$2a$05$short')": "invalid salt",
    "crypt('x', 'ß')": "invalid salt",
    "crypt('x', '')": "invalid salt",
    f"crypt('x', gen_salt('bf', {MOST_BLOWFISH + 1}))": "more than",
    "gen_salt('bf', 3)": "Incorrect number of rounds",
    "gen_salt('xdes', 2)": "Incorrect number of rounds",
    "gen_salt('scrypt')": "Unknown salt algorithm",
    "gen_random_bytes(0)": "Length not in range",
    "gen_random_bytes(1025)": "Length not in range",
    "workbench_pgcrypto('compute')": "no function",
    "workbench_pgcrypto('crypt')": "argument",
    "workbench_pgcrypto('')": "no function",
}


@pytest.fixture
def connection(postgres: Postgres) -> Iterator[psycopg.Connection]:
    """Return a connection of the submission's with the extension."""
    with psycopg.connect(postgres.url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS pgcrypto")
        yield connection
        connection.execute("DROP EXTENSION IF EXISTS pgcrypto CASCADE")


def ask(connection: psycopg.Connection, expression: str, *parameters: object) -> Any:
    """Return an expression's value."""
    row = connection.execute(f"SELECT {expression}".encode(), parameters).fetchone()
    return row[0] if row else None


@pytest.mark.parametrize(("expression", "value"), KNOWN)
def test_known_answers(connection: psycopg.Connection, expression: str, value: Any) -> None:
    """What others compute as well comes out as there."""
    assert ask(connection, expression) == value


@pytest.mark.parametrize("arguments", SALTS)
def test_a_salt_makes_a_hash_that_a_password_is_checked_by(connection: psycopg.Connection, arguments: str) -> None:
    """Two salts differ, and a hash is its own salt: for one password alone."""
    salt = ask(connection, f"gen_salt({arguments})")
    assert salt.startswith(SALTS[arguments])
    assert ask(connection, f"gen_salt({arguments})") != salt
    hashed = ask(connection, "crypt(%s, %s)", "naïve £20 'quoted' \\", salt)
    assert ask(connection, "crypt(%s, %s) = %s", "naïve £20 'quoted' \\", hashed, hashed) is True
    assert ask(connection, "crypt(%s, %s) = %s", "naive £20 'quoted' \\", hashed, hashed) is False


def test_a_password_is_seen_as_far_as_the_algorithm_goes(connection: psycopg.Connection) -> None:
    """The algorithm takes 72 bytes; more than that is no error, as in PostgreSQL's own."""
    salt = ask(connection, "gen_salt('bf', 4)")
    assert ask(connection, "crypt(%s, %s)", "a" * 72, salt) == ask(connection, "crypt(%s, %s)", "a" * 90, salt)


@pytest.mark.parametrize("expression", REFUSED)
def test_what_cannot_be_computed_is_an_error_that_says_so(connection: psycopg.Connection, expression: str) -> None:
    """The session goes on after it."""
    with pytest.raises(psycopg.Error, match=REFUSED[expression]):
        ask(connection, expression)
    assert ask(connection, "length(gen_salt('bf'))") == 29


@pytest.mark.parametrize("expression", ["pgp_sym_encrypt('a', 'b')", "encrypt('a', 'b', 'aes')", "armor('a')"])
def test_what_is_not_there_says_so(connection: psycopg.Connection, expression: str) -> None:
    """No word of a misspelt function."""
    with pytest.raises(errors.FeatureNotSupported, match="is not among what this PostgreSQL has of pgcrypto"):
        ask(connection, expression)


def test_columns_are_made_by_it_in_whatever_schema_it_is(connection: psycopg.Connection) -> None:
    """A default and a generated column use its functions, wherever they are."""
    connection.execute("DROP EXTENSION pgcrypto")
    connection.execute("CREATE SCHEMA apart")
    try:
        connection.execute("CREATE EXTENSION pgcrypto SCHEMA apart")
        connection.execute(
            "CREATE TABLE apart.t (id uuid DEFAULT apart.gen_random_uuid(), word text, "
            "hash bytea GENERATED ALWAYS AS (apart.digest(word, 'sha1')) STORED)"
        )
        connection.execute("INSERT INTO apart.t (word) VALUES ('abc')")
        assert ask(connection, "encode(hash, 'hex') FROM apart.t") == "a9993e364706816aba3e25717850c26c9cd0d89d"
    finally:
        connection.execute("DROP SCHEMA apart CASCADE")


def test_several_sessions_compute_at_once(postgres: Postgres, connection: psycopg.Connection) -> None:
    """Nobody gets somebody else's answer."""
    hashed = ask(connection, "crypt('word 0', gen_salt('bf', 6))")

    def is_it(number: int) -> Any:
        with psycopg.connect(postgres.url.replace("+psycopg", "")) as other:
            return ask(other, "crypt(%s, %s) = %s", f"word {number}", hashed, hashed)

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(is_it, range(6))) == [True, *itertools.repeat(False, 5)]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM pg_catalog.workbench_dblink('host=127.0.0.1', 'SELECT 1') AS t(a text)",
        "CREATE FUNCTION f(text, text) RETURNS SETOF record LANGUAGE c AS '$libdir/dblink', 'dblink_record'",
        "CREATE OR REPLACE FUNCTION pg_catalog.workbench_pgcrypto(VARIADIC bytea[]) RETURNS bytea RETURN NULL",
        "ALTER FUNCTION pg_catalog.workbench_pgcrypto SET search_path TO public",
        "GRANT EXECUTE ON FUNCTION pg_catalog.workbench_dblink TO candidate",
        "SET unix_socket_directories TO '/tmp'",
        "CREATE EXTENSION dblink",
    ],
)
def test_what_it_is_made_of_is_out_of_reach(connection: psycopg.Connection, statement: str) -> None:
    """Whoever makes the extension connects to nothing by it."""
    with pytest.raises((errors.InsufficientPrivilege, errors.CantChangeRuntimeParam)):
        connection.execute(statement.encode())


def test_objects_of_the_submissions_do_not_get_in_between(connection: psycopg.Connection) -> None:
    """What has superuser's rights uses nothing that somebody else made, whatever stands in the search path."""
    connection.execute("CREATE SCHEMA evil")
    try:
        for name in ("format(text, text)", "encode(bytea, text)", "decode(text, text)", "current_setting(text)"):
            connection.execute(
                f"CREATE FUNCTION evil.{name} RETURNS text LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE 'called as %', current_user; END $$".encode()
            )
        connection.execute("SET search_path TO evil, pg_catalog, public")
        assert ask(connection, "length(public.crypt('a', public.gen_salt('bf', 4)))") == 60
    finally:
        connection.execute("DROP SCHEMA evil CASCADE")
