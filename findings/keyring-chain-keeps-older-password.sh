#!/usr/bin/env bash
# keyring 25.7.0 with keyrings.alt 5.0.2 and keyrings.cryptfile 1.3.9.
# Guess: after keyring.delete_password(service, user) there is no such password any more, and get_password gives None.
# Behaviour: where several backends are installed, the default one is a chain of them. Setting and deleting go to the
# first backend alone, reading goes on to the next: what an earlier installation had put into a weaker backend comes back
# as soon as the newer password is deleted. A second delete of what get_password still returns raises PasswordDeleteError.
# Seen: "after delete: 'old'" and "second delete: PasswordDeleteError"
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
  keyring==25.7.0 keyrings.alt==5.0.2 keyrings.cryptfile==1.3.9
export HOME=$folder XDG_DATA_HOME=$folder/data XDG_CONFIG_HOME=$folder/config
unset PYTHON_KEYRING_BACKEND DBUS_SESSION_BUS_ADDRESS
"$folder/venv/bin/python" - <<'PYTHON'
import keyring
from keyring.errors import PasswordDeleteError
from keyrings.alt.file import PlaintextKeyring

keyring.get_keyring().backends[0].keyring_key = "x"  # so that the encrypted file asks nobody for its password
PlaintextKeyring().set_password("service", "user", "old")  # while that was the only backend
keyring.set_password("service", "user", "new")
assert keyring.get_password("service", "user") == "new"
keyring.delete_password("service", "user")
left = keyring.get_password("service", "user")
print(f"after delete: {left!r}")
try:
    keyring.delete_password("service", "user")
    second = "done"
except PasswordDeleteError:
    second = "PasswordDeleteError"
print(f"second delete: {second}")
raise SystemExit(0 if (left, second) == ("old", "PasswordDeleteError") else 1)
PYTHON
