#!/usr/bin/env bash
# xmlschema 4.3.2, beside xsdata 26.10 with the same values.
#
# The guess: what `encode` makes by a schema, with strict validation, is valid by that schema, so that one need not look at it
# again before a message goes to another firm. A number is a number: it is written as the type of the element asks.
# What happens: an amount for an element of `xs:decimal`, which has no exponents, is checked as a number and then written as
# Python writes it. A written line of 500,000 that is 10 % makes a limit of `Decimal("500000") / Decimal("0.1")`: "5.00000E+6".
# The library's own `is_valid` refuses what it wrote, and so does the one to whom it is sent; of the same value as a text it
# says at once that it is no decimal. Amounts with other digits are fine, so it is some round one that stops, at the other firm.
# xsdata writes 5000000.
# Seen: "Decimal(500000) / Decimal(0.1): <limit>5.00000E+6</limit>, valid: False", "Decimal(5000000): <limit>5000000</limit>,
# valid: True", "as a text 5.00000E+6: XMLSchemaEncodeError", "xsdata: 5000000".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "xmlschema==4.3.2" "xsdata==26.10"
cd "$folder"
cat >look.py <<'PYTHON'
from decimal import Decimal

import xmlschema
from xsdata.formats.converter import converter

SCHEMA = xmlschema.XMLSchema("""
    <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="limit" type="xs:decimal"/></xs:schema>
""")
divided = Decimal("500000") / Decimal("0.1")


def said(value: Decimal) -> str:
    document = xmlschema.etree_tostring(SCHEMA.encode(value, path="limit", validation="strict"))
    return f"{document}, valid: {SCHEMA.is_valid(document)}"


print("Decimal(500000) / Decimal(0.1):", said(divided))
print("Decimal(5000000):", said(Decimal(5000000)))
try:
    print("as a text:", SCHEMA.encode(str(divided), path="limit"))
except xmlschema.XMLSchemaException as error:
    print(f"as a text {divided}: {type(error).__name__}")
print("xsdata:", converter.serialize(divided))
PYTHON
venv/bin/python look.py | tee said
diff said - <<'SEEN'
Decimal(500000) / Decimal(0.1): <limit>5.00000E+6</limit>, valid: False
Decimal(5000000): <limit>5000000</limit>, valid: True
as a text 5.00000E+6: XMLSchemaEncodeError
xsdata: 5000000
SEEN
