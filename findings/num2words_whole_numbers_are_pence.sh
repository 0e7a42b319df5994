#!/usr/bin/env bash
# num2words 0.5.14.
#
# The guess: an amount is an amount, so 5000000, 5000000.0, Decimal("5000000") and "5000000" are the same words of money.
# What happens: with `to="currency"` an int is taken for pence, and only an int: a limit of five million pounds is written out as
# fifty thousand. The command line of the same package, which hands a text on, says five million. JSON does not keep the two
# apart: a writer that leaves ".0" away changes the words by a hundred, and so does a database's column of type integer.
# Seen: "5000000 -> fifty thousand pounds sterling, zero pence", "5000000.0 -> five million pounds sterling, zero pence", the same
# for Decimal, text and the command line; "from JSON 5000000.0 and 5000000: the same number, True, the same words, False".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "num2words==0.5.14"
shell=$("$folder/venv/bin/num2words" 5000000 --to currency --lang en)
echo "command line: $shell"
"$folder/venv/bin/python" - "$shell" <<'PYTHON'
import json
import sys
from decimal import Decimal

from num2words import num2words


def words(amount: object) -> str:
    return num2words(amount, to="currency", currency="GBP", lang="en")


whole, *others = 5_000_000, 5_000_000.0, Decimal("5000000"), "5000000"
for amount in (whole, *others):
    print(repr(amount), "->", words(amount))
one, other = json.loads("[5000000.0, 5000000]")
print(f"from JSON 5000000.0 and 5000000: the same number, {one == other}, the same words, {words(one) == words(other)}")
right = {words(amount) for amount in others} == {"five million pounds sterling, zero pence"}
wrong = words(whole) == "fifty thousand pounds sterling, zero pence"
raise SystemExit(0 if right and wrong and sys.argv[1].startswith("five million ") else 1)
PYTHON
