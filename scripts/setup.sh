#!/bin/sh
# Installs one lock file and this package into .venv, which it makes first where there is none that works.
# Usage: setup.sh LOCK STAMP    (uses uv when $UV names it, else pip; $PYTHON chooses the interpreter)
set -eu

lock=$1
stamp=$2
log=build/setup.log
unfinished=.venv/.unfinished
python=.venv/bin/python
mkdir -p build

say() { printf '  %s\n' "$*" >&2; }

quietly() {
  "$@" >"$log" 2>&1 && return
  cat "$log" >&2
  say "That did not work; the lines above say why. The same command starts again from here."
  exit 1
}

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

# An interrupted installation, or a folder that was moved, leaves an environment that only looks right.
usable() {
  [ ! -e "$unfinished" ] &&
    [ "$(cat .venv/.place 2>/dev/null || pwd)" = "$(pwd)" ] &&
    new_enough "$python" &&
    { [ -n "${UV:-}" ] || "$python" -m pip --version >/dev/null 2>&1; }
}

find_python() {
  without_venv=
  for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
    new_enough "$candidate" || continue
    "$candidate" -c 'import ensurepip, venv' >/dev/null 2>&1 && echo "$candidate" && return
    without_venv=$candidate
  done
  if [ -n "$without_venv" ]; then
    say "$without_venv is here, but without its venv module. On Debian and Ubuntu: sudo apt install python3-venv"
  else
    say "This needs Python 3.11 or newer, and found none. Install it (or uv, which brings its own) and try again."
    say "If it is somewhere unusual: make setup PYTHON=/where/it/is/python3"
  fi
  return 1
}

make_environment() {
  rm -rf .venv
  if [ -n "${UV:-}" ]; then
    say "Making .venv with uv"
    quietly "$UV" venv --python "${PYTHON:->=3.11}" .venv
  else
    interpreter=$(find_python)
    say "Making .venv with $("$interpreter" --version 2>&1)"
    quietly "$interpreter" -m venv .venv
  fi
}

# Everything is pinned by hash, the build backend of this package too, so nothing is fetched that the lock does not name.
# Bytecode is compiled whatever the environment says: without it every start of the server takes twice as long.
# That of this package is for the code as it is now; what is edited later is compiled anew at each start.
install() {
  touch "$unfinished"
  say "Installing $lock"
  if [ -n "${UV:-}" ]; then
    quietly "$UV" pip install --python "$python" --compile-bytecode --require-hashes -r "$lock"
    quietly "$UV" pip install --python "$python" --no-deps --no-build-isolation -e .
  else
    quietly "$python" -m pip install --disable-pip-version-check --no-deps --require-hashes -r "$lock"
    quietly env PATH="$(pwd)/.venv/bin:$PATH" \
      "$python" -m pip install --disable-pip-version-check --no-deps --no-build-isolation -e .
  fi
  quietly "$python" -m compileall -q server
  pwd >.venv/.place
  rm "$unfinished"
}

usable || make_environment
install
touch "$stamp"
