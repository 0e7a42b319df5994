"""Real engines on loopback, from packages, without services of the machine: each in a folder of its own."""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest
from psycopg.conninfo import make_conninfo
from pydantic import SecretStr
from scripts.node import command

from whitespace_mcp.team.database import Database
from whitespace_mcp.team.vault import migrate

ROOT: Final = Path(__file__).resolve().parents[2]
PROVIDER: Final = ROOT / "deploy/trial/provider.mjs"
PACKAGES: Final = ROOT / "build/npm/team"
UNPRIVILEGED: Final = "postgres"
"""The account that Debian's package makes; PostgreSQL refuses to run as root."""
PATIENCE: Final = 180.0
_NODE: Final = "import node; print(*node.command('node'), sep='\\n')"
"""Node itself and not the script that runs it, so that stopping it stops it."""


def program(name: str) -> str:
    """A program of this machine; without it the test is skipped, and in CI it fails."""
    path = os.environ.get("PATH", "").split(os.pathsep)
    folders = [*path, *map(str, Path("/usr/lib/postgresql").glob("*/bin")), "/usr/sbin"]
    result = shutil.which(name, path=os.pathsep.join(folders))
    if result is None:
        missing(f"{name} is not on this machine")
    assert result is not None
    return result


def missing(what: str) -> None:
    """Skip loudly; in CI nothing is skipped."""
    assert not os.environ.get("CI"), what
    pytest.skip(what)


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@dataclass
class Engine:
    """A process that can be stopped and started again, on the same port and data; `answers` waits until it does."""

    line: Sequence[str]
    port: int
    log: Path
    user: str | None = None
    answers: Callable[[], None] = lambda: None
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it listens."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603  # a program found above
                self.line, stdin=subprocess.DEVNULL, stdout=log, stderr=log, user=self.user
            )
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if self._listens():
                return self.answers()
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.05)
        raise AssertionError(self.log.read_text())

    def _listens(self) -> bool:
        with socket.socket() as attempt:
            return attempt.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self) -> None:
        """Kill it, as a machine does that loses its power, and wait until nobody listens."""
        if self.process is not None:
            for pid in self._processes():  # a child of PostgreSQL that misses its parent may answer once more
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self.process.wait()
            self.process = None
            while self._listens():
                time.sleep(0.01)

    @contextmanager
    def gone(self) -> Generator[None]:
        """Without it for a while; it is back afterwards, whatever happened meanwhile."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    @contextmanager
    def silent(self) -> Generator[None]:
        """It takes questions and says nothing for a while, with all its processes."""
        own = self._processes()
        try:
            for pid in own:
                os.kill(pid, signal.SIGSTOP)
            yield
        finally:
            for pid in own:
                os.kill(pid, signal.SIGCONT)

    def _processes(self) -> list[int]:
        """Its own process and the children of that; PostgreSQL's are each a group of their own."""
        assert self.process is not None
        lines = subprocess.check_output(["ps", "-A", "-o", "ppid=,pid="], text=True).splitlines()  # noqa: S607
        pairs = [(int(parent), int(pid)) for parent, pid in map(str.split, lines)]
        return [self.process.pid, *(pid for parent, pid in pairs if parent == self.process.pid)]


async def make_tables(address: str) -> None:
    """The tables of the server in an empty database."""
    async with Database(SecretStr(address)) as opened:
        await migrate(opened)


def read_only(address: str) -> SecretStr:
    """A database's address, as it is after a failover to what can only be read."""
    return SecretStr(make_conninfo(address, options="-c default_transaction_read_only=on"))


@contextmanager
def running(engine: Engine) -> Generator[Engine]:
    engine.start()
    try:
        yield engine
    finally:
        engine.stop()


@contextmanager
def postgresql() -> Generator[tuple[Engine, str]]:
    """PostgreSQL with an empty database, and its address."""
    initdb, server = program("initdb"), program("postgres")
    user = UNPRIVILEGED if os.geteuid() == 0 else None
    with TemporaryDirectory(prefix="pg-") as name:
        folder = Path(name)
        if user:
            shutil.chown(folder, user)
        secret = secrets.token_hex(8)
        (folder / "password").write_text(secret)
        if user:
            shutil.chown(folder / "password", user)
        data = folder / "data"
        login = ["-U", "team", "-A", "scram-sha-256", f"--pwfile={folder / 'password'}"]
        command = [initdb, "-D", str(data), "-E", "UTF8", "--no-sync", *login]
        subprocess.run(command, check=True, capture_output=True, user=user, cwd=folder)  # noqa: S603
        port = free_port()
        line = [server, "-D", str(data), "-p", str(port), "-h", "127.0.0.1", "-k", str(folder), "-c", "fsync=off"]
        address = f"postgresql://team:{secret}@127.0.0.1:{port}/postgres"
        with running(Engine(line, port, folder / "log", user, partial(wait_for_database, address))) as engine:
            yield engine, address


def wait_for_database(address: str) -> None:
    """It listens before it answers."""
    import psycopg  # noqa: PLC0415  # only where the engines are

    end = time.monotonic() + PATIENCE
    while True:
        try:
            psycopg.connect(address, connect_timeout=5).close()
        except psycopg.OperationalError:
            assert time.monotonic() < end
            time.sleep(0.05)
        else:
            return


@dataclass(frozen=True)
class Certificate:
    """One for loopback that has signed itself, and its key: files."""

    path: Path
    key: Path


@contextmanager
def certificate() -> Generator[Certificate]:
    """A certificate whose key the user of the engines can read."""
    line = [program("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    about = ["-days", "2", "-subj", "/CN=tests", "-addext", "subjectAltName=IP:127.0.0.1"]
    with TemporaryDirectory(prefix="certificate-") as name:
        own = Certificate(Path(name) / "own.pem", Path(name) / "own.key")
        files = ["-keyout", str(own.key), "-out", str(own.path)]
        subprocess.run([*line, *files, *about], check=True, capture_output=True)  # noqa: S603  # a program found above
        if os.geteuid() == 0:
            shutil.chown(name, UNPRIVILEGED)
            shutil.chown(own.key, UNPRIVILEGED)
        yield own


@contextmanager
def redis_over_tls(own: Certificate, password: str) -> Generator[str]:
    """Redis (or Valkey) that speaks TLS only and wants a password, and its address."""
    server = shutil.which("valkey-server") or program("redis-server")
    port = free_port()
    files = ["--tls-cert-file", str(own.path), "--tls-key-file", str(own.key), "--tls-ca-cert-file", str(own.path)]
    line = [server, "--port", "0", "--tls-port", str(port), "--tls-auth-clients", "no", "--bind", "127.0.0.1"]
    keeps = ["--save", "", "--dir", str(own.path.parent), "--requirepass", password]
    with running(Engine([*line, *files, *keeps], port, own.path.parent / "redis.log")):
        yield f"rediss://:{password}@127.0.0.1:{port}/0"


@contextmanager
def redis() -> Generator[tuple[Engine, str]]:
    """Redis (or Valkey) that keeps nothing, and its address."""
    server = shutil.which("valkey-server") or program("redis-server")
    with TemporaryDirectory(prefix="redis-") as name:
        port = free_port()
        line = [server, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", name]
        with running(Engine(line, port, Path(name) / "log")) as engine:
            yield engine, f"redis://127.0.0.1:{port}/0"


@dataclass(frozen=True)
class Provider:
    """The identity provider: npm's oidc-provider with one person for each login name."""

    engine: Engine
    issuer: str


@contextmanager
def provider(resource: str, callback: str, *, port: int | None = None) -> Generator[Provider]:
    """An identity provider that gives JWT access tokens for a resource."""
    if not (PACKAGES / "node_modules/oidc-provider").exists():
        missing("oidc-provider is not here; `make test` fetches it")
    port = port or free_port()
    options = json.dumps({"port": port, "resource": resource, "callback": callback})
    line = [*command("node"), str(PROVIDER), str(PACKAGES), options]  # itself: a caller that is killed leaves it behind
    with TemporaryDirectory(prefix="provider-") as name, running(Engine(line, port, Path(name) / "log")) as engine:
        yield Provider(engine, f"http://127.0.0.1:{port}")


@contextmanager
def balancer(ports: Sequence[int], *, logging: bool = False) -> Generator[tuple[Engine, int]]:
    """HAProxy in front of several replicas, one request to each in turn, and its port; `logging` what is asked."""
    haproxy = program("haproxy")
    with TemporaryDirectory(prefix="haproxy-") as name:
        port = free_port()
        servers = "\n".join(f"  server r{at} 127.0.0.1:{at} check inter 500ms fall 4 rise 1" for at in ports)
        log = "global\n  log stdout format raw local0\ndefaults\n  log global\n  option httplog\n"
        head = log if logging else "defaults\n"
        configuration = Path(name) / "haproxy.cfg"
        configuration.write_text(
            f"{head}  mode http\n  timeout connect 2s\n  timeout client 60s\n  timeout server 60s\n"
            "  timeout check 5s\n  retries 2\n"
            "  option redispatch\n  retry-on conn-failure empty-response\n"
            f"frontend in\n  bind 127.0.0.1:{port}\n  default_backend replicas\n"
            f"backend replicas\n  balance roundrobin\n  option httpchk GET /ready\n{servers}\n"
        )
        with running(Engine([haproxy, "-f", str(configuration)], port, Path(name) / "log")) as engine:
            yield engine, port
