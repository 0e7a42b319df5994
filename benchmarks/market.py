"""The demo platform in a process of its own, so that it does not share ours' time."""

import json
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr

from whitespace_mcp.demo import Platform, serve
from whitespace_mcp.settings import Settings


@dataclass(frozen=True)
class Market:
    """A platform that answers, and how to get in."""

    root: str
    bucket: str
    refresh_token: str
    user_ids: list[str]
    company_ids: list[str]

    def settings(self) -> Settings:
        return Settings(
            root=self.root,
            bucket=self.bucket,
            sync_url=f"{self.root}/sync",
            api_url=f"{self.root}/api",
            refresh_token=SecretStr(self.refresh_token),
        )

    def environment(self) -> dict[str, str]:
        return {
            "WHITESPACE_ROOT": self.root,
            "WHITESPACE_BUCKET": self.bucket,
            "WHITESPACE_REFRESH_TOKEN": self.refresh_token,
        }


@contextmanager
def market(broker: int, carrier: int) -> Generator[Market]:
    """Serve that many documents to the demo person's two organisations."""
    command = [sys.executable, "-m", "benchmarks.market", str(broker), str(carrier)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        told: dict[str, Any] = json.loads(process.stdout.readline())
        try:
            yield Market(**told)
        finally:
            process.stdin.close()
            process.wait(timeout=10)


def main() -> None:
    platform = Platform(documents=(int(sys.argv[1]), int(sys.argv[2])), token_lifetime_s=36_000)
    login = platform.login
    with serve(platform) as running:
        told = {
            "root": running.root,
            "bucket": platform.bucket,
            "refresh_token": login.refresh_token,
            "user_ids": [membership.user_id for membership in login.memberships],
            "company_ids": [membership.company_id for membership in login.memberships],
        }
        print(json.dumps(told), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
