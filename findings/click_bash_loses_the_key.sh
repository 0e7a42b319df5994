#!/bin/sh
# click 8.5.1: in bash, a value is never completed for an argument of the form `key=value`.
#
# The guess: a callback given as `shell_complete` is handed what the person has typed of the word, so one that offers
# `unit=document` for what begins with `unit=d` completes it, as it does when the callback is tested by itself, and as
# it does in zsh and fish.
# What happens: bash takes `=` for the end of a word (it is in COMP_WORDBREAKS), and click's script hands on the words as
# bash has cut them. The callback is asked to complete `d` in a line that has `unit`, `=` and `d` as three arguments. It
# offers nothing, or, if other words begin with d, one of those: behind the `=`. Where it offers `unit=`, bash adds a blank.
#
# Output seen:
#   the callback by itself: ['unit=document']
#   typed "demo unit=d", then Tab: [demo unit=d]
#   the callback was asked for: 'd' with ['unit', '=']
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
command -v bash >/dev/null
python3 -m venv "$place/venv"
"$place/venv/bin/python" -m pip install --quiet --disable-pip-version-check "click==8.5.1"
cat > "$place/venv/bin/demo" <<PYTHON
#!$place/venv/bin/python
import click

def values(ctx, parameter, incomplete):
    with open("$place/asked", "a") as asked:
        print(repr(incomplete), "with", list(ctx.params.get("words") or ctx.args), file=asked)
    return [word for word in ("unit=document", "unit=slip") if word.startswith(incomplete)]

@click.command()
@click.argument("words", nargs=-1, shell_complete=values)
def demo(words):
    "Takes key=value."

if __name__ == "__main__":
    demo()
PYTHON
chmod +x "$place/venv/bin/demo"
cd "$place"
"$place/venv/bin/python" - <<'PYTHON'
import os
import pty
import subprocess
from pathlib import Path

here = Path.cwd()
env = {**os.environ, "PATH": f"{here}/venv/bin:{os.environ['PATH']}", "TERM": "dumb", "COLUMNS": "300"}
alone = subprocess.run(
    ["demo"], env={**env, "_DEMO_COMPLETE": "zsh_complete", "COMP_WORDS": "demo unit=d", "COMP_CWORD": "1"},
    capture_output=True, text=True, check=True,
).stdout.split("\n")
print("the callback by itself:", [line for line in alone if "=" in line])
script = subprocess.run(["demo"], env={**env, "_DEMO_COMPLETE": "bash_source"}, capture_output=True, text=True, check=True)
Path("rc").write_text(f"bind 'set enable-bracketed-paste off'\n{script.stdout}")
Path("asked").unlink()
ours, theirs = pty.openpty()
bash = subprocess.Popen(
    ["bash", "--noprofile", "--rcfile", "rc", "-i"], stdin=theirs, stdout=theirs, stderr=theirs, env=env,
    start_new_session=True,
)
os.write(ours, b"demo unit=d\t\x01echo [\x05]; echo end$((1 + 1))\n")
seen = b""
while b"end2" not in seen:
    seen += os.read(ours, 10_000)
bash.kill()
line = seen.decode().replace("\r", "").rpartition("\n[")[2].partition("]\n")[0]
asked = Path("asked").read_text().strip()
print(f'typed "demo unit=d", then Tab: [{line}]')
print("the callback was asked for:", asked)
assert line == "demo unit=d", "it is completed now"
assert asked.startswith("'d'")
PYTHON
