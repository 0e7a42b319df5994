#!/usr/bin/env bash
# Node 26.10.0 (npm `node` 26.10.0), its node:assert and its own Temporal, and expect 30.5.2, that of jest; beside chai 6.3.0.
#
# The guess: `assert.deepStrictEqual` tells 1 January from 31 December, as it does with `Date`, now that Node itself has
# Temporal for days without an hour, which periods and deadlines are. Both are Node's.
# What happens: every PlainDate is equal to every other, and so is every Instant and every Duration, alone or within an object
# or a list: they have no properties that are looked at, so nothing differs. A test that an expiry is a year after the inception
# passes whatever the expiry is, from the day on which dates became Temporal's. jest's `toEqual`, `toStrictEqual` and
# `toMatchObject` say the same, and so does `isDeepStrictEqual`, by which programs look whether something has changed. chai
# tells them apart. Polyfills have it as well. `first.equals(second)`, or their texts, are right everywhere. Headers and
# URLSearchParams are equal to all others of their kind for node:assert in the same way.
# Seen: "node:assert: PlainDate equal, Instant equal, Duration equal, Date differ, Headers equal, URLSearchParams equal", "jest:
# PlainDate equal, Instant equal, Duration equal, Date differ, Headers differ, URLSearchParams differ", "isDeepStrictEqual:
# true", "chai: PlainDate differ".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --no-package-lock node@26.10.0 expect@30.5.2 chai@6.3.0
cat >look.mjs <<'JS'
import assert from "node:assert";
import { isDeepStrictEqual } from "node:util";
import { expect as chai } from "chai";
import { expect } from "expect";

const pairs = {
  PlainDate: ["2026-01-01", "2026-12-31"].map((text) => Temporal.PlainDate.from(text)),
  Instant: ["2026-01-01T00:01Z", "2026-12-31T23:59Z"].map((text) => Temporal.Instant.from(text)),
  Duration: ["P1Y", "P1D"].map((text) => Temporal.Duration.from(text)),
  Date: ["2026-01-01", "2026-12-31"].map((text) => new Date(text)),
  Headers: ["alpha", "beta"].map((name) => new Headers({ organisation: name })),
  URLSearchParams: ["alpha", "beta"].map((name) => new URLSearchParams({ organisation: name })),
};
const compared = (compare, names) =>
  names.map((name) => {
    const [first, second] = pairs[name].map((value) => ({ expiry: value }));
    try {
      compare(first, second);
      return `${name} equal`;
    } catch {
      return `${name} differ`;
    }
  });
const said = (library, compare, names = Object.keys(pairs)) => console.log(`${library}: ${compared(compare, names).join(", ")}`);
said("node:assert", assert.deepStrictEqual);
said("jest", (first, second) => expect(first).toStrictEqual(second));
said("toMatchObject", (first, second) => expect(first).toMatchObject(second), ["PlainDate"]);
console.log(`isDeepStrictEqual: ${isDeepStrictEqual(...pairs.PlainDate)}`);
said("chai", (first, second) => chai(first).to.deep.equal(second), ["PlainDate", "Instant"]);
console.log(`equals: ${pairs.PlainDate[0].equals(pairs.PlainDate[1])}`);
JS
node_modules/.bin/node look.mjs | tee said
diff said - <<'SEEN'
node:assert: PlainDate equal, Instant equal, Duration equal, Date differ, Headers equal, URLSearchParams equal
jest: PlainDate equal, Instant equal, Duration equal, Date differ, Headers differ, URLSearchParams differ
toMatchObject: PlainDate equal
isDeepStrictEqual: true
chai: PlainDate differ, Instant differ
equals: false
SEEN
