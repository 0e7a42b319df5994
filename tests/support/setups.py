"""A machine of a test's own, and the commands as a person gives them there."""

from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from pydantic import SecretStr

from whitespace_mcp.cli import main
from whitespace_mcp.config.environment import AddressedSecret, Environment
from whitespace_mcp.config.settings import Settings
from whitespace_mcp.demo import Running
from whitespace_mcp.setup.keychain import Keychain
from whitespace_mcp.setup.keychain_entries import KeychainEntries
from whitespace_mcp.setup.machine import Places, System
from whitespace_mcp.setup.token_store import as_text


def machine(folder: Path, system: System = "linux", **environ: str) -> Places:
    """An empty home."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    applications = {"linux": ".config", "macos": "Library/Application Support", "windows": "AppData/Roaming"}
    return Places(
        system=system,
        home=home,
        config=folder / "config",
        cache=folder / "cache",
        applications=home / applications[system],
        environ=environ,
        keychain=direct_keychain(),
    )


@dataclass
class Desk:
    """A person at a machine."""

    places: Places

    def run(self, *words: str, typed: str = "") -> Result:
        """Give a command, and answer its questions."""
        return CliRunner().invoke(main, list(words), obj=self.places, input=typed)

    def says(self, *words: str, typed: str = "", code: int = 0) -> str:
        """All that a command says, in one line; it must end with this exit code."""
        done = self.run(*words, typed=typed)
        assert done.exit_code == code, done.output
        return " ".join(done.output.split())

    def with_environment(self, **environ: str) -> "Desk":
        """The same machine with other variables."""
        return Desk(replace(self.places, environ={**self.places.environ, **environ}))

    def log_in(self, running: Running, name: str = "sandbox", **said: Any) -> str:
        """Log in as the demo person, with the first organisation as the default."""
        token = said.pop("token", running.platform.login.refresh_token)
        options = [word for option, value in said.items() for word in (f"--{option}", value)]
        first = [running.root, running.platform.bucket, token]
        return self.says("login", "--profile", name, *options, typed="\n".join([*first, "1", ""]))


def direct_keychain() -> Keychain:
    """The keychain that keyring finds, without a process of its own."""
    return Keychain(lambda _seconds: nullcontext(KeychainEntries()))


def token_in(settings: Settings) -> str | None:
    """The refresh token that would be sent, read where it is kept if need be."""
    secret = settings.stored_token.read() if settings.stored_token else settings.refresh_token
    return secret.get_secret_value() if secret else None


def kept_text(token: str, root: str, bucket: str = "sandboxbucket") -> str:
    """What is kept of a token, in one entry of a keychain or in a file."""
    return as_text(AddressedSecret(Environment.at(root, bucket), SecretStr(token))).get_secret_value()


def everything_under(folder: Path) -> str:
    """The contents of every file."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return "\n".join(path.read_text(encoding="utf-8") for path in files)
