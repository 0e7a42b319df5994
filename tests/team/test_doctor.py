"""The doctor of a team's server, against the real parts: what is wrong is told by name, and never with a secret."""

import base64
import json
import secrets
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner, Result
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier, Literal

from support.sockets import closed_port
from team.engines import Certificate, Engine, certificate, redis_over_tls
from team.firm import Firm, team_variables
from whitespace_mcp.cli import main

Run = Callable[..., dict[str, Any]]


@pytest.fixture
def examine(firm: Firm, migrated: str, cache: tuple[Engine, str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the doctor with changed variables; None takes one away. Gives the checks by name."""
    with psycopg.connect(migrated) as connection:
        connection.execute("delete from grants")  # of other tests

    def run(code: int, **changes: str | None) -> dict[str, Any]:
        variables = team_variables(firm, migrated, cache[1]) | changes
        with monkeypatch.context() as changed:
            for name, value in variables.items():
                if value is None:
                    changed.delenv(name, raising=False)
                else:
                    changed.setenv(name, value)
            done: Result = CliRunner().invoke(main, ["doctor", "--json"])
        assert done.exit_code == code, done.output
        for secret in (migrated.split(":")[2].split("@", maxsplit=1)[0], "connect-secret"):
            assert secret not in done.output
        return {check["name"]: check for check in json.loads(done.stdout)["checks"]}

    return run


def ending(check: dict[str, Any]) -> str:
    return f"{check['verdict']}: {check['reason']}"


def test_all_is_well(examine: Run, firm: Firm) -> None:
    result = examine(0)
    assert {name for name, check in result.items() if check["verdict"] != "ok"} == {"clock"}
    assert result["keys"]["reason"] == f"{firm.folder / 'keys'}; k1 seals"
    assert result["database"]["reason"].startswith("PostgreSQL 1")
    assert result["tables"]["reason"] == "up to date; 0 logins are stored"
    assert result["redis"]["reason"].startswith(("Redis ", "Valkey "))
    assert result["provider"]["reason"] == f"{firm.provider.issuer}; signing keys: 1"
    assert result["public address"]["reason"] == firm.url
    assert result["address"]["reason"].endswith(" answers")


def test_each_setting_that_is_wrong_is_a_row_of_its_own(examine: Run) -> None:
    result = examine(2, WHITESPACE_TEAM_ISSUER=None, WHITESPACE_TEAM_MEMORY="much", WHITESPACE_TEAM_DATABSE="x")
    assert ending(result["WHITESPACE_TEAM_ISSUER"]) == "failed: is not set"
    assert ending(result["WHITESPACE_TEAM_MEMORY"]) == "failed: must be a whole number above 0"
    assert result["WHITESPACE_TEAM_DATABSE"]["remedy"] == "Did you mean WHITESPACE_TEAM_DATABASE?"
    assert ending(result["database"]) == "skipped: the configuration cannot be used"
    platform = examine(2, WHITESPACE_ROOT="ftp://nowhere")["platform"]
    assert platform["verdict"] == "failed"
    assert "WHITESPACE_ROOT" in platform["reason"]


def test_keys_that_others_can_read_or_that_seal_what_is_not_in_the_file(
    examine: Run, firm: Firm, tmp_path: Path, migrated: str
) -> None:
    keys = tmp_path / "keys"
    keys.write_text((firm.keys).read_text())
    for mode, verdict in {0o644: "failed", 0o620: "failed", 0o440: "ok", 0o600: "ok"}.items():
        keys.chmod(mode)
        result = examine(2 if verdict == "failed" else 0, WHITESPACE_TEAM_KEYS=str(keys))["keys"]
        assert result["verdict"] == verdict, oct(mode)
    with psycopg.connect(migrated) as connection:
        connection.execute(
            "insert into grants (environment, issuer, subject, key_name, wrapped, box)"
            " values ('e', 'i', 'doctor-1', 'k1', '', '')"
        )
    keys.write_text(f"k2 {base64.b64encode(secrets.token_bytes(32)).decode()}\n{keys.read_text()}")
    older = examine(1, WHITESPACE_TEAM_KEYS=str(keys))["tables"]
    assert ending(older) == "warning: 1 of 1 logins are sealed with an older key"
    keys.write_text(keys.read_text().partition("\n")[0] + "\n")
    lost = examine(2, WHITESPACE_TEAM_KEYS=str(keys))["tables"]
    assert ending(lost) == "failed: logins are sealed with keys that are not in the file: 1 with k1"
    with psycopg.connect(migrated) as connection:
        connection.execute("delete from grants where subject = 'doctor-1'")


def test_a_database_that_is_not_there_not_ours_or_not_ready(examine: Run, migrated: str) -> None:
    closed = f"postgresql://team@127.0.0.1:{closed_port()}/x"
    assert ending(examine(2, WHITESPACE_TEAM_DATABASE=closed)["database"]) == (
        "failed: no connection to PostgreSQL can be made"
    )
    wrong = make_conninfo(migrated, password="another")
    assert "refuses the user or the password" in examine(2, WHITESPACE_TEAM_DATABASE=wrong)["database"]["reason"]
    nowhere = make_conninfo(migrated, dbname="nowhere")
    assert "no such database" in examine(2, WHITESPACE_TEAM_DATABASE=nowhere)["database"]["reason"]
    with psycopg.connect(migrated, autocommit=True) as connection:
        connection.execute("create database unmade")
        connection.execute("create role reader login password 'reader'")
        connection.execute("grant select on grants, migrations to reader")
    unmade = examine(2, WHITESPACE_TEAM_DATABASE=make_conninfo(migrated, dbname="unmade"))["tables"]
    assert ending(unmade) == "failed: 0001_grants.sql has not been run"
    assert unmade["remedy"] == "Run: whitespace-mcp team migrate"
    reader = examine(2, WHITESPACE_TEAM_DATABASE=make_conninfo(migrated, user="reader", password="reader"))["tables"]
    assert ending(reader) == "failed: this user may not change what is stored"


def test_a_certificate_that_nobody_vouches_for_is_told_as_that(examine: Run, migrated: str) -> None:
    strict = make_conninfo(migrated, sslmode="verify-full", sslrootcert="/nowhere")
    plain = examine(2, WHITESPACE_TEAM_DATABASE=strict)["database"]
    assert ending(plain) == "failed: PostgreSQL speaks no TLS, and its address asks for it"
    with certificate() as own, over_tls(migrated, own):
        assert ending(examine(2, WHITESPACE_TEAM_DATABASE=strict)["database"]) == (
            "failed: the certificate of PostgreSQL cannot be verified"
        )
        trusted = make_conninfo(strict, sslrootcert=str(own.path))
        assert examine(0, WHITESPACE_TEAM_DATABASE=trusted)["database"]["verdict"] == "ok"
    with certificate() as own, redis_over_tls(own, "a-password") as address:
        redis = examine(2, WHITESPACE_TEAM_REDIS=address)["redis"]
        assert ending(redis) == "failed: the certificate of Redis cannot be verified"
        assert "a-password" not in str(redis)
        wrong = examine(2, WHITESPACE_TEAM_REDIS=f"{address.replace('a-p', 'no-p')}?ssl_ca_certs={own.path}")["redis"]
        assert ending(wrong) == "failed: Redis refuses the user or the password"
        trusted = f"{address}?ssl_ca_certs={own.path}"
        assert examine(0, WHITESPACE_TEAM_REDIS=trusted)["redis"]["verdict"] == "ok"


@contextmanager
def over_tls(address: str, own: Certificate) -> Generator[None]:
    """PostgreSQL speaks TLS for a while to whoever wants it."""
    with psycopg.connect(address, autocommit=True) as connection:
        for name, value in {"ssl_cert_file": own.path, "ssl_key_file": own.key, "ssl": "on"}.items():
            connection.execute(SQL("alter system set {} = {}").format(Identifier(name), Literal(str(value))))
        try:
            connection.execute("select pg_reload_conf()")
            yield
        finally:
            connection.execute("alter system reset all")
            connection.execute("select pg_reload_conf()")


def test_redis_that_is_not_set_or_not_there(examine: Run, cache: tuple[Engine, str]) -> None:
    assert examine(0, WHITESPACE_TEAM_REDIS=None)["redis"]["verdict"] == "skipped"
    redis = examine(2, WHITESPACE_TEAM_REDIS=f"redis://127.0.0.1:{closed_port()}/0")["redis"]
    assert ending(redis) == "failed: Redis cannot be reached; the server works without it, and renews more often"
    password = examine(2, WHITESPACE_TEAM_REDIS=cache[1].replace("//", "//team:wrong@"))["redis"]
    assert ending(password) == "failed: Redis refuses the user or the password"


def test_a_provider_that_is_not_there_or_does_not_know_the_client(examine: Run, firm: Firm) -> None:
    gone = examine(2, WHITESPACE_TEAM_ISSUER=f"http://127.0.0.1:{closed_port()}")
    assert gone["provider"]["reason"].endswith("cannot be reached")
    assert gone["client of /connect"]["verdict"] == "skipped"
    slash = examine(2, WHITESPACE_TEAM_ISSUER=f"{firm.provider.issuer}/")["provider"]
    assert f"calls itself '{firm.provider.issuer}' in its metadata" in slash["reason"]
    for name in ("CLIENT_ID", "CLIENT_SECRET"):
        client = examine(2, **{f"WHITESPACE_TEAM_{name}": "wrong"})["client of /connect"]
        assert client["verdict"] == "failed", name
    moved = firm.url.replace("127.0.0.1", "localhost")
    redirect = examine(2, WHITESPACE_TEAM_URL=moved)
    assert ending(redirect["client of /connect"]) == "failed: the provider refuses to begin a login (400)"
    assert moved.replace("/mcp", "/connect/callback") in redirect["client of /connect"]["remedy"]
    assert ending(redirect["public address"]) == f"failed: the server there was told another address: {firm.url}"


def test_a_public_address_where_nobody_or_somebody_else_is(examine: Run, firm: Firm) -> None:
    assert firm.balancer is not None
    with firm.balancer.gone():
        result = examine(1)["public address"]
        assert ending(result) == f"warning: {firm.origin} does not answer"


def test_the_table_for_people_says_where_each_value_came_from(
    firm: Firm, migrated: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in team_variables(firm, migrated, None).items():
        monkeypatch.setenv(name, value)
    done = CliRunner().invoke(main, ["doctor"])
    assert done.exit_code == 0, done.output
    assert f"WHITESPACE_TEAM_URL = {firm.url}  [environment]" in done.output
    assert "WHITESPACE_TEAM_DATABASE = set  [environment]" in done.output
    assert done.output.rstrip().endswith("All is well.")
