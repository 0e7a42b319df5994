"""Stands for `python -m whitespace_mcp WORDS`: `python -I -S front.py SOCKET WORDS`, with little of its own to import.

A child of `nursery.py` does what it should do. Signals that ask it to end are handed on; it ends as the child ends.
"""

import json
import os
import signal
import socket
import sys

place, *words = sys.argv[1:]


def really() -> None:
    """Start the server in this process, with nothing prepared."""
    os.execv(sys.executable, [sys.executable, "-m", "whitespace_mcp", *words])  # noqa: S606  # our own command


nursery = socket.socket(socket.AF_UNIX)
try:
    nursery.connect(place)
except OSError:
    really()
start = {"words": words, "environment": dict(os.environ), "folder": os.getcwd()}  # noqa: PTH109  # pathlib takes longer
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
message = json.dumps(start).encode() + b"\n"
sent = socket.send_fds(nursery, [message], [0, 1, 2])
if sent < len(message):
    nursery.sendall(message[sent:])
answers = nursery.makefile("r")
child = answers.readline()
if not child.strip().isdecimal():
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})
    really()
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda number, _: os.kill(int(child), number))
signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})
for standard in range(3):
    os.close(standard)
status = int(answers.readline())
if status < 0:
    signal.signal(-status, signal.SIG_DFL)
    os.kill(os.getpid(), -status)
os._exit(status)
