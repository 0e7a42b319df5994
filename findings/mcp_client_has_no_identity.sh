#!/usr/bin/env bash
# mcp 2.3.0 (Python SDK of the Model Context Protocol).
#
# The guess: a Client is a connection, so two of them are two, and one can be a key: of a dict that holds what each
# server published, of a WeakKeyDictionary, of a set of clients to close. Files, sockets, httpx clients and the SDK's own
# ClientSession are like that.
# What happens: Client is a dataclass that compares by its fields and has no hash. Two connections to one address are
# equal, also while one of them is connected and the other is not, and none can be a key or stand in a set; `in` and
# `list.remove` take another client for the one that was meant.
# Seen: "two clients of one address are equal: True", "in a set: TypeError: unhashable type: 'Client'",
# "removing the second from [first, second] leaves: second".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "mcp==2.3.0"
cat > "$folder/look.py" <<'PYTHON'
import sys

from mcp import Client, ClientSession

first, second = Client("http://127.0.0.1:9/mcp"), Client("http://127.0.0.1:9/mcp")
print("two clients of one address are equal:", first == second)
try:
    {first}
    hashable = True
except TypeError as error:
    hashable = False
    print(f"in a set: TypeError: {error}")
clients = [first, second]
clients.remove(second)
left = "second" if clients[0] is second else "first"
print("removing the second from [first, second] leaves:", left)
print("the SDK's ClientSession has a hash:", ClientSession.__hash__ is not None)
sys.exit(0 if first == second and not hashable and left == "second" and ClientSession.__hash__ else 1)
PYTHON
"$folder/venv/bin/python" "$folder/look.py"
