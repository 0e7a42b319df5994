"""The two pages of an identity provider that a resource server reads, with keys that a test can sign with."""

import json
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

RESOURCE: Final = "https://mcp.example/mcp"


@dataclass
class KeyServer:
    """Metadata, keys, how often the keys were asked for, and by how many seconds its clock is ahead."""

    issuer: str = ""
    pages: dict[str, Any] = field(default_factory=dict[str, Any])
    asked: int = 0
    ahead: int = 0
    signing: dict[str, tuple[Any, str]] = field(default_factory=dict[str, tuple[Any, str]])

    def add_key(
        self, name: str, algorithm: str = "RS256", private: rsa.RSAPrivateKey | None = None, **more: Any
    ) -> None:
        """Publish another key, a new one if `private` is not given."""
        if algorithm.startswith("ES"):
            elliptic = ec.generate_private_key(ec.SECP256R1())
            public = ECAlgorithm.to_jwk(elliptic.public_key(), as_dict=True)
            self.signing[name] = elliptic, algorithm
        else:
            private = private or rsa.generate_private_key(public_exponent=65537, key_size=2048)
            public = RSAAlgorithm.to_jwk(private.public_key(), as_dict=True)
            self.signing[name] = private, algorithm
        self.pages["/jwks"]["keys"].append({**public, "kid": name, "alg": algorithm, "use": "sig", **more})

    def token(self, *, key: str = "k1", headers: dict[str, Any] | None = None, **claims: Any) -> str:
        """A token as the provider makes it; a claim that is None is left out."""
        now = int(time.time())
        usual = {
            "iss": self.issuer,
            "sub": "alice",
            "aud": RESOURCE,
            "scope": "risks:read",
            "azp": "host",
        }
        whole = {**usual, "iat": now, "exp": now + 600, **claims}
        private, algorithm = self.signing[key]
        rows = {"kid": key, **(headers or {})}
        return jwt.encode({name: value for name, value in whole.items() if value is not None}, private, algorithm, rows)


@cache
def _first_key() -> rsa.RSAPrivateKey:
    """The same for every provider of this process: it takes longer to make than most tests take."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@contextmanager
def key_server(port: int = 0) -> Generator[KeyServer]:
    """A provider on loopback with one key, `k1`; port 0 is a free one."""
    server = KeyServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.asked += self.path == "/jwks"
            page = server.pages.get(self.path)
            body = json.dumps(page).encode()
            self.send_response(200 if page is not None else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def date_time_string(self, timestamp: float | None = None) -> str:
            return super().date_time_string((timestamp or time.time()) + server.ahead)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the library's name
            pass

    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as listener:
        server.issuer = f"http://127.0.0.1:{listener.server_port}"
        names = {"jwks_uri": "/jwks", "authorization_endpoint": "/auth", "token_endpoint": "/token"}
        metadata = {"issuer": server.issuer, **{name: server.issuer + path for name, path in names.items()}}
        server.pages = {"/.well-known/openid-configuration": metadata, "/jwks": {"keys": []}}
        server.add_key("k1", private=_first_key())
        thread = threading.Thread(target=listener.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            listener.shutdown()
            thread.join()
