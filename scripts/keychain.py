"""What `scripts/keychain.sh` tries; it runs under a session bus of its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from whitespace_mcp.demo import Platform, Running, serve

HOME: Final = Path(os.environ["HOME"])
COMMAND: Final = [sys.executable, "-m", "whitespace_mcp"]


def daemon(*options: str, typed: str = "") -> None:
    """Start gnome-keyring's daemon, in place of one that runs."""
    program = shutil.which("gnome-keyring-daemon") or "gnome-keyring-daemon"
    subprocess.run([program, "--daemonize", "--replace", "--components=secrets", *options],
                   input=typed, text=True, check=True, capture_output=True)  # fmt: skip


def run(*words: str, typed: str = "", code: int = 0, **more: str) -> str:
    """A command; what it says, in one line."""
    done = subprocess.run([*COMMAND, *words], input=typed, text=True, capture_output=True, check=False,
                          timeout=120, env={**os.environ, "NO_PROXY": "127.0.0.1", **more})  # fmt: skip
    said = " ".join((done.stdout + done.stderr).split())
    if done.returncode != code:
        raise SystemExit(f"{' '.join(words)} ended with {done.returncode} instead of {code}: {said}")
    return said


def log_in(running: Running, token: str, *more: str, code: int = 0) -> str:
    """Log in to profile `p` there."""
    line = ("login", "--token-stdin", "--environment", running.root, "--bucket", running.platform.bucket)
    return run(*line, "--profile", "p", *more, typed=token, code=code)


def tell(what: str, said: str, wanted: str) -> None:
    """One thing that was tried, and whether it is as it should be."""
    if wanted not in said:
        raise SystemExit(f"{what}: {wanted!r} is not in {said!r}")
    sys.stdout.write(f"  ok  {what}\n")


def main() -> None:
    """Try everything, in the order in which it happens to people."""
    with serve(Platform()) as first, serve(Platform(seed=7)) as second:
        token, two = first.platform.login.refresh_token, second.platform.logins["single"].refresh_token
        daemon("--unlock", typed="secret\n")
        tell("a login", log_in(first, token), "in this computer's keychain")
        tell("the doctor reads it", run("doctor"), "holds the token of profile p")
        tell("a second login elsewhere", log_in(second, two), "Logged in as profile 'p'")
        tell("the doctor asks there", run("doctor"), second.root.removeprefix("http://"))
        tell("a filtered environment", run("doctor", code=2, DBUS_SESSION_BUS_ADDRESS=""), "DBUS_SESSION_BUS_ADDRESS")
        daemon()  # without its password: locked
        tell("locked: the doctor", run("doctor", code=2), "failed keychain")
        tell("locked: a login in a file", log_in(first, token, "--keep", "file"), "An older token")
        tell("locked: a login in it", log_in(first, token, "--keep", "keychain", code=1), "Nothing was kept.")
        tell("locked: the login in the file works", run("doctor"), first.root.removeprefix("http://"))
        tell("locked: logging out", run("logout", code=1), "may still be in the keychain")
        daemon("--unlock", typed="secret\n")
        tell("unlocked: logging out", run("logout", "--profile", "p"), "the token of profile 'p' in the keychain")
        tell("and nothing is left", run("logout", "--profile", "p"), "Nothing of profile 'p' was there.")


main()
