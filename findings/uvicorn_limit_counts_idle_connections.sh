#!/usr/bin/env bash
# uvicorn 0.54.0 (ASGI server).
#
# The guess: `limit_concurrency`, which its page calls a maximum of concurrent connections or tasks before 503 answers, is
# about work: a request is refused while that many are being answered. A client that keeps a connection open for its next
# question, as every client with a pool does, costs nothing meanwhile.
# What happens: an open connection without a request counts like one with a request, and the one that asks counts itself.
# With a limit of 3, two clients that were answered and now say nothing are enough: everybody else is told 503, though
# nothing at all is being done, until one of the two goes away. A longer `timeout_keep_alive`, as one sets it behind a
# balancer, makes that last.
# Seen: "two clients, one after the other: 200 200", "nothing is running; a third: 503", "another: 503",
# "after one of the two has left: 200".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "uvicorn==0.54.0" "h11==0.16.0"
cat > "$folder/look.py" <<'PYTHON'
import http.client
import socket
import sys
import threading
import time

import uvicorn


async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


listener = socket.create_server(("127.0.0.1", 0))
port = listener.getsockname()[1]
config = uvicorn.Config(app, limit_concurrency=3, timeout_keep_alive=75, log_level="critical", http="h11", lifespan="off")
server = uvicorn.Server(config)
thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
thread.start()


def asked(client):
    client.request("GET", "/")
    answer = client.getresponse()
    answer.read()
    return answer.status


def new():
    return http.client.HTTPConnection("127.0.0.1", port, timeout=10)


clients = [new() for _ in range(2)]
first = [asked(client) for client in clients]
print("two clients, one after the other:", *first)
third = asked(new())
print("nothing is running; a third:", third)
another = asked(new())
print("another:", another)
clients[1].close()
time.sleep(0.5)
later = asked(new())
print("after one of the two has left:", later)
server.should_exit = True
clients[0].close()
thread.join(timeout=20)
sys.exit(0 if first == [200, 200] and third == another == 503 and later == 200 else 1)
PYTHON
"$folder/venv/bin/python" "$folder/look.py"
