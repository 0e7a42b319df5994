#!/usr/bin/env bash
# A team's server on this machine, without Docker: provider, PostgreSQL, Redis or Valkey, two replicas behind HAProxy, and the
# demo platform as Whitespace, all on loopback and in one folder. Ctrl-C ends everything.
#
#   deploy/trial/start.sh [FOLDER]      needs: whitespace-mcp[team] and node on the PATH, PostgreSQL, Redis or Valkey, HAProxy
#
# Debian and Ubuntu: sudo apt install postgresql redis-server haproxy
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=$(mkdir -p "${1:-trial}" && cd "${1:-trial}" && pwd)
server=${WHITESPACE_MCP:-whitespace-mcp}
python=${PYTHON:-python3}
PATH=$PATH:$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -n 1):/usr/sbin
command -v "$server" initdb haproxy node npm >/dev/null || { echo "$server, PostgreSQL, HAProxy and Node have to be here" >&2; exit 1; }
cache=$(command -v valkey-server || command -v redis-server) || { echo "Valkey or Redis has to be here" >&2; exit 1; }

trap 'trap - EXIT; kill $(jobs -p) 2>/dev/null; wait' EXIT
trap 'exit 0' INT TERM
start() { "${@:2}" >"$folder/$1.log" 2>&1 & }
until_open() { for _ in $(seq 300); do (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return; sleep 0.1; done; echo "nothing answers on $1; see $folder" >&2; exit 1; }
# PostgreSQL refuses to run as root.
as_owner() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }

[ -e "$folder/keys" ] || (umask 077 && printf 'k1 %s\n' "$(openssl rand -base64 32)" >"$folder/keys")
if [ ! -e "$folder/data" ]; then
  mkdir "$folder/data" && if [ "$(id -u)" = 0 ]; then chown postgres "$folder/data"; fi
  (umask 077 && echo trial >"$folder/password") && chmod 644 "$folder/password"
  as_owner initdb -D "$folder/data" -U team -A scram-sha-256 --pwfile="$folder/password" >"$folder/initdb.log"
fi
[ -e "$folder/packages/node_modules" ] || npm install --silent --no-audit --no-fund --no-package-lock --prefix "$folder/packages" oidc-provider@9.13.3

start database as_owner postgres -D "$folder/data" -p 5433 -h 127.0.0.1 -k /tmp
start cache "$cache" --port 6380 --bind 127.0.0.1 --save ''
start platform "$python" -m whitespace_mcp.demo 9100
start provider node "$here/provider.mjs" "$folder/packages" \
  '{"port": 9000, "resource": "http://localhost:8080/mcp", "callback": "http://localhost:8080/connect/callback", "issuer": "http://localhost:9000"}'

export WHITESPACE_TEAM=on WHITESPACE_TEAM_URL=http://localhost:8080/mcp WHITESPACE_TEAM_ISSUER=http://localhost:9000
export WHITESPACE_TEAM_CLIENT_ID=connect WHITESPACE_TEAM_CLIENT_SECRET=connect-secret WHITESPACE_TEAM_KEYS=$folder/keys
export WHITESPACE_TEAM_DATABASE=postgresql://team:trial@127.0.0.1:5433/postgres WHITESPACE_TEAM_REDIS=redis://127.0.0.1:6380/0
export WHITESPACE_ROOT=http://127.0.0.1:9100

for port in 5433 6380 9000 9100; do until_open $port; done
"$server" team migrate
start replica-1 env WHITESPACE_TEAM_REPLICA=r1 "$server" serve --transport streamable-http --port 8765
start replica-2 env WHITESPACE_TEAM_REPLICA=r2 "$server" serve --transport streamable-http --port 8766
start proxy haproxy -f "$here/haproxy.cfg"
for port in 8765 8766 8080; do until_open $port; done

cat "$folder/platform.log"
cat <<TXT

  Two replicas serve http://localhost:8080/mcp ; logs and data are in $folder
  Connect as anybody:  http://localhost:8080/connect   (the trial's provider believes every name and password)
  and give one of the refresh tokens above. Then let a host that can log in ask http://localhost:8080/mcp .
  Ctrl-C ends everything.
TXT
wait
