#!/usr/bin/env bash
# msgspec 0.22.0, jsonschema 4.26.0 and ajv 8.20.0, beside pydantic 2.14.4, jsonschema-rs 0.61.2, fastjsonschema 2.22.3 and zod
# 4.6.7.
#
# The guess: a field of money is a number and a multiple of 0.01, which all of them can say: 19.99 is one, 12.345 is not. Binary
# fractions make that delicate, so a library that offers it for fractions allows for them; at worst very large amounts fail.
# What happens: of the 10,000 amounts from 0.01 to 100.00, msgspec takes 14 (0.01 doubled again and again) and refuses 19.99
# like all others, so that its `multiple_of` is good for whole numbers only. jsonschema and ajv refuse 1,363 of them, among them
# 0.07, 0.29 and 19.99, and take 12.50, 10.00 and 99.99, with which one tries it. The other four take all. So a server whose
# model is pydantic's or zod's publishes a schema by which its own answers are good, and a client that has jsonschema or ajv in
# it, as those of the SDKs for MCP do, throws away every seventh. Whole pence, or a pattern on a text, mean the same to all of
# them.
# Seen: "msgspec refuses 9986 of 10000, 19.99: refused", "jsonschema refuses 1363 of 10000, 19.99: refused", "ajv" the same,
# "pydantic, jsonschema-rs, fastjsonschema, zod refuse 0 of 10000, 19.99: taken", and 12.345 is refused by all seven.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "msgspec==0.22.0" "jsonschema==4.26.0" \
  "pydantic==2.14.4" "jsonschema-rs==0.61.2" "fastjsonschema==2.22.3"
cd "$folder"
npm install --silent --no-audit --no-fund --no-package-lock ajv@8.20.0 zod@4.6.7
cat >look.py <<'PYTHON'
from typing import Annotated

import fastjsonschema
import jsonschema
import jsonschema_rs
import msgspec
import pydantic

SCHEMA = {"type": "number", "multipleOf": 0.01}
WITH_MSGSPEC = Annotated[float, msgspec.Meta(multiple_of=0.01)]
ADAPTER = pydantic.TypeAdapter(Annotated[float, pydantic.Field(multiple_of=0.01)])
COMPILED = fastjsonschema.compile(SCHEMA)


def takes(read, error):
    def taken(amount: float) -> bool:
        try:
            read(amount)
        except error:
            return False
        return True

    return taken


LIBRARIES = {
    "msgspec": takes(lambda amount: msgspec.convert(amount, WITH_MSGSPEC), msgspec.ValidationError),
    "jsonschema": jsonschema.Draft202012Validator(SCHEMA).is_valid,
    "pydantic": takes(ADAPTER.validate_python, pydantic.ValidationError),
    "jsonschema-rs": jsonschema_rs.validator_for(SCHEMA).is_valid,
    "fastjsonschema": takes(COMPILED, fastjsonschema.JsonSchemaValueException),
}
amounts = [float(f"{pence / 100:.2f}") for pence in range(1, 10_001)]
for name, taken in LIBRARIES.items():
    refused = sum(not taken(amount) for amount in amounts)
    words = ["taken" if taken(amount) else "refused" for amount in (19.99, 12.345)]
    print(f"{name} refuses {refused} of {len(amounts)}, 19.99: {words[0]}, 12.345: {words[1]}")
PYTHON
cat >look.mjs <<'JS'
import { Ajv2020 } from "ajv/dist/2020.js";
import { z } from "zod";

const number = z.number().multipleOf(0.01);
const libraries = {
  ajv: new Ajv2020().compile({ type: "number", multipleOf: 0.01 }),
  zod: (amount) => number.safeParse(amount).success,
};
const amounts = Array.from({ length: 10_000 }, (_, index) => Number(((index + 1) / 100).toFixed(2)));
for (const [name, taken] of Object.entries(libraries)) {
  const refused = amounts.filter((amount) => !taken(amount)).length;
  const words = [19.99, 12.345].map((amount) => (taken(amount) ? "taken" : "refused"));
  console.log(`${name} refuses ${refused} of ${amounts.length}, 19.99: ${words[0]}, 12.345: ${words[1]}`);
}
JS
{ venv/bin/python look.py && node look.mjs; } | tee said
diff said - <<'SEEN'
msgspec refuses 9986 of 10000, 19.99: refused, 12.345: refused
jsonschema refuses 1363 of 10000, 19.99: refused, 12.345: refused
pydantic refuses 0 of 10000, 19.99: taken, 12.345: refused
jsonschema-rs refuses 0 of 10000, 19.99: taken, 12.345: refused
fastjsonschema refuses 0 of 10000, 19.99: taken, 12.345: refused
ajv refuses 1363 of 10000, 19.99: refused, 12.345: refused
zod refuses 0 of 10000, 19.99: taken, 12.345: refused
SEEN
