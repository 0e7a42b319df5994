#!/usr/bin/env bash
# Logging in and out with a real keychain: gnome-keyring under a session bus of its own, and two demo platforms.
# Needs Debian's packages gnome-keyring and dbus; outside CI.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
for program in dbus-run-session gnome-keyring-daemon; do
  command -v "$program" >/dev/null || { echo "$program is not installed: apt-get install gnome-keyring dbus" >&2; exit 1; }
done
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
export HOME=$home XDG_RUNTIME_DIR=$home/run PYTHON=$PWD/.venv/bin/python
unset DBUS_SESSION_BUS_ADDRESS XDG_CONFIG_HOME XDG_CACHE_HOME XDG_DATA_HOME "${!WHITESPACE_@}"
mkdir -m 700 "$XDG_RUNTIME_DIR"
exec dbus-run-session -- "$PYTHON" scripts/keychain.py
