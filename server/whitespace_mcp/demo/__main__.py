"""The demo platform by itself: `python -m whitespace_mcp.demo [PORT]`, for trials that need a Whitespace to ask."""

import signal
import sys

from whitespace_mcp.demo import Platform, serve


def main() -> None:
    """Serve on loopback until told to stop; say where, and the secrets that open it."""
    platform = Platform()
    with serve(platform, port=int(sys.argv[1]) if len(sys.argv) > 1 else 0) as running:
        logins = {name: login.refresh_token for name, login in platform.logins.items() if login.refresh_token}
        tokens = "\n".join(f"  refresh token of {name}: {token}" for name, token in logins.items())
        sys.stdout.write(f"The demo platform is at {running.root} , bucket {platform.bucket}\n{tokens}\n")
        sys.stdout.flush()
        signal.sigwait({signal.SIGINT, signal.SIGTERM})


if __name__ == "__main__":
    main()
