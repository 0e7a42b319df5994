#!/usr/bin/env bash
# currency.js 2.0.4, accounting 0.4.1 and numeral 2.0.6 (npm), beside big.js 7.0.1, with what pydantic 2.14.4 writes of Python's
# decimals.
#
# The guess: an amount that an API sends as a text, as one does for decimals, is that amount to a library of money, or no
# number.
# What happens: a written line of 500,000 that is 10 % is a limit of five million, and Python's `Decimal("500000") /
# Decimal("0.1")` is written 5.00000E+6, in JSON too, where it is as good a decimal as any. All three libraries keep its digits
# and throw the rest away: 5.000006, which currency.js rounds to five pounds. `normalize()`, which takes zeros away, makes
# "5E+6", which is 56 to all three. It is round millions that go wrong, in the right format and without a word, and amounts that
# are less round are right. numeral has letters for billions besides, and finds them in currencies: "GBP 500" is 500 billion,
# "USD 500" is 500. `Number` and big.js read the exponent.
# Seen: "pydantic writes {"limit":"5.00000E+6"} {"limit":"5E+6"}", "5.00000E+6: currency.js 5, accounting 5.000006, numeral
# 5.000006", "5E+6: currency.js 56, accounting 56, numeral 56", "GBP 500: currency.js 500, accounting 500, numeral
# 500000000000".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "pydantic==2.14.4"
cd "$folder"
npm install --silent --no-audit --no-fund --no-package-lock currency.js@2.0.4 accounting@0.4.1 numeral@2.0.6 big.js@7.0.1
cat >look.py <<'PYTHON'
import sys
from decimal import Decimal

from pydantic import BaseModel


class Risk(BaseModel):
    limit: Decimal


divided = Risk(limit=Decimal("500000") / Decimal("0.1"))
shortened = Risk(limit=Decimal("5000000.00").normalize())
print("pydantic writes", divided.model_dump_json(), shortened.model_dump_json())
print(divided.model_dump_json(), shortened.model_dump_json(), sep="\n", file=sys.stderr)
PYTHON
cat >look.mjs <<'JS'
import { readFileSync } from "node:fs";
import accounting from "accounting";
import Big from "big.js";
import currency from "currency.js";
import numeral from "numeral";

const said = (text) =>
  `${text}: currency.js ${currency(text).value}, accounting ${accounting.unformat(text)}, numeral ${numeral(text).value()}`;
const written = readFileSync("written", "utf8").trim().split("\n");
for (const { limit } of written.map(JSON.parse)) console.log(`${said(limit)}, Number ${Number(limit)}, big.js ${Big(limit).toFixed()}`);
for (const text of ["2500000", "GBP 500", "USD 500"]) console.log(said(text));
JS
{ venv/bin/python look.py 2>written && node look.mjs; } | tee said
diff said - <<'SEEN'
pydantic writes {"limit":"5.00000E+6"} {"limit":"5E+6"}
5.00000E+6: currency.js 5, accounting 5.000006, numeral 5.000006, Number 5000000, big.js 5000000
5E+6: currency.js 56, accounting 56, numeral 56, Number 5000000, big.js 5000000
2500000: currency.js 2500000, accounting 2500000, numeral 2500000
GBP 500: currency.js 500, accounting 500, numeral 500000000000
USD 500: currency.js 500, accounting 500, numeral 500
SEEN
