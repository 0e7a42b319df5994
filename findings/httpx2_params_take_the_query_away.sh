#!/usr/bin/env bash
# httpx2 2.16.2.
#
# The guess: parameters that a client adds to every request (`Client(params={"api-version": "2"})`, a key, a language) are added.
# The documentation says that those of the client and those of the request are merged, so a query in the address stays, too.
# What happens: as soon as there are parameters from anywhere, the query of the address is thrown away. A list that names its
# next page by a link with a cursor is asked for its first page again and again: no error, the right status, the same rows for
# ever. The same is so with `params={}` in a request, which adds nothing. Without the client's parameters the same code is
# right, so what breaks it is a line that was added somewhere else.
# Seen: "without parameters: /risks | /risks?cursor=2", "with the client's: /risks?version=2 | /risks?version=2",
# "params={} of a request: /risks".
# Our server: its addresses have no query of their own.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "httpx2==2.16.2"
"$folder/venv/bin/python" - <<'PYTHON'
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from httpx2 import Client

paths = []


class Risks(BaseHTTPRequestHandler):
    def do_GET(self):
        paths.append(self.path)
        self.send_response(200)
        if "cursor" not in self.path:
            self.send_header("Link", '</risks?cursor=2>; rel="next"')
        self.end_headers()

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Risks)
threading.Thread(target=server.serve_forever, daemon=True).start()
address = f"http://127.0.0.1:{server.server_port}"


def two_pages(**settings) -> list[str]:
    paths.clear()
    with Client(base_url=address, **settings) as client:
        first = client.get("/risks")
        client.get(first.links["next"]["url"])
    return paths.copy()


plain, added = two_pages(), two_pages(params={"version": "2"})
print("without parameters:", " | ".join(plain))
print("with the client's:", " | ".join(added))
paths.clear()
with Client() as client:
    client.get(f"{address}/risks?cursor=2", params={})
print("params={} of a request:", *paths)
server.shutdown()
wrong = added == ["/risks?version=2", "/risks?version=2"] and paths == ["/risks"]
raise SystemExit(0 if wrong and plain == ["/risks", "/risks?cursor=2"] else 1)
PYTHON
