#!/bin/bash
# mcp 2.3.0 with rich 15.0.0 in the same environment.
#
# Guess: an MCPServer that logs to a pipe writes one line a record, as logging.basicConfig does, so that a host's log or
# a search in it can find a message.
# Behaviour: as soon as rich can be imported (any other package may have brought it; mcp does not depend on it),
# MCPServer sets up rich's handler. On a pipe it takes 80 columns, of which time, level and source take half, and breaks
# the message over several lines. The same program without rich writes one.
# Seen: 1 line that holds "cannot be read because" without rich, 0 with it, where the words stand on different lines.
set -eu
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
cat > server.py <<'PY'
import logging
from mcp.server import MCPServer

MCPServer("probe", log_level="WARNING")
logging.getLogger("probe").warning("The list of the organisation cannot be read because its folder is not there")
PY
python3 -m venv plain && plain/bin/pip install -q "mcp==2.3.0"
python3 -m venv rich && rich/bin/pip install -q "mcp==2.3.0" "rich==15.0.0"
plain=$(plain/bin/python server.py 2>&1 | grep -c "cannot be read because" || true)
rich=$(rich/bin/python server.py 2>&1 | grep -c "cannot be read because" || true)
echo "lines that hold the words: without rich $plain, with rich $rich"
rich/bin/python server.py 2>&1 | sed 's/^/  /'
[ "$plain" = 1 ] && [ "$rich" = 0 ]
