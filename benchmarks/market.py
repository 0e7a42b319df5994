"""The demo platform in a process of its own, so that it does not share ours' time."""

import json
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr

from whitespace_mcp.config.environment import AddressedSecret, Environment
from whitespace_mcp.config.settings import Settings
from whitespace_mcp.demo import Platform, serve


@dataclass(frozen=True)
class Market:
    """A platform that answers, and how to get in."""

    root: str
    bucket: str
    refresh_token: str
    user_ids: list[str]
    company_ids: list[str]
    process: "subprocess.Popen[str]"

    def change(self) -> None:
        """Let a slip of the first organisation change."""
        self._tell("change")

    def renewals(self) -> int:
        """How many token renewals were asked for so far."""
        return int(self._tell("renewals"))

    def _tell(self, word: str) -> str:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def settings(self) -> Settings:
        environment = Environment.at(self.root, self.bucket)
        secret = AddressedSecret(environment, SecretStr(self.refresh_token))
        return Settings(environment=environment, refresh_token=secret)

    def environment(self) -> dict[str, str]:
        return {
            "WHITESPACE_ROOT": self.root,
            "WHITESPACE_BUCKET": self.bucket,
            "WHITESPACE_REFRESH_TOKEN": self.refresh_token,
        }


@contextmanager
def market(broker: int, carrier: int, *, lifetime_s: float = 36_000) -> Generator[Market]:
    """Serve that many documents to the demo person's two organisations, with tokens that last so many seconds."""
    command = [sys.executable, "-m", "benchmarks.market", str(broker), str(carrier), str(lifetime_s)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        answer: dict[str, Any] = json.loads(process.stdout.readline())
        try:
            yield Market(**answer, process=process)
        finally:
            process.stdin.close()
            process.wait(timeout=10)


def main() -> None:
    platform = Platform(documents=(int(sys.argv[1]), int(sys.argv[2])), token_lifetime_s=float(sys.argv[3]))
    login = platform.login
    with serve(platform) as running:
        answer = {
            "root": running.root,
            "bucket": platform.bucket,
            "refresh_token": login.refresh_token,
            "user_ids": [membership.user_id for membership in login.memberships],
            "company_ids": [membership.company_id for membership in login.memberships],
        }
        print(json.dumps(answer), flush=True)
        for line in sys.stdin:
            if line.strip() == "change":
                platform.touch(platform.roots(login.memberships[0].user_id)[0])
            print(platform.renewals, flush=True)


if __name__ == "__main__":
    main()
