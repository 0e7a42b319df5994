#!/usr/bin/env bash
# @formulajs/formulajs 4.6.1 (npm), the functions of spreadsheets for JavaScript; beside hyperformula 3.5.0.
#
# The guess: SUM and VALUE do what the functions of that name do in a spreadsheet: SUM passes over texts in a range, and VALUE
# reads "(1,000)" as minus 1,000, since brackets are how accounts write a credit, or is an error.
# What happens: SUM takes of each text the digits that it begins with. A column of 5 with "1,000" in it, or "12 months" or
# "31/12/2026" from a cell that somebody wrote words into, comes to 6, 17 and 36: near enough to the right sum (5) to stand
# unseen in a long column, and "1,000" is neither passed over nor a thousand. AVERAGE of the same column passes over it, so the
# two do not belong to the same numbers. VALUE throws brackets away like blanks: a credit of 1,000 is a debit, and "TBA" is 0;
# VALUE and NUMBERVALUE of one text differ. hyperformula passes over texts in a range, as spreadsheets do.
# Seen: "SUM of 5 and 1,000: 6, of 12 months: 17, of 31/12/2026: 36", "AVERAGE of 5 and 1,000: 5", "VALUE of (1,000): 1000, of
# TBA: 0", "NUMBERVALUE of (1,000): NaN", "hyperformula, SUM of 5 and 1,000: 5".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --no-package-lock @formulajs/formulajs@4.6.1 hyperformula@3.5.0
cat >look.mjs <<'JS'
import { AVERAGE, NUMBERVALUE, SUM, VALUE } from "@formulajs/formulajs";
import hyperformula from "hyperformula";

const column = (text) => [[5], [text]];
const sums = ["1,000", "12 months", "31/12/2026"].map((text) => `of ${text}: ${SUM(column(text))}`);
console.log(`SUM of 5 and ${sums.join(", ").slice("of ".length)}`);
console.log(`AVERAGE of 5 and 1,000: ${AVERAGE(column("1,000"))}`);
console.log(`VALUE of (1,000): ${VALUE("(1,000)")}, of TBA: ${VALUE("TBA")}`);
console.log(`NUMBERVALUE of (1,000): ${NUMBERVALUE("(1,000)", ".", ",")}`);
const sheet = hyperformula.HyperFormula.buildFromArray([[5], ["1,000"], ["=SUM(A1:A2)"]], { licenseKey: "gpl-v3" });
console.log(`hyperformula, SUM of 5 and 1,000: ${sheet.getCellValue({ sheet: 0, row: 2, col: 0 })}`);
JS
node look.mjs | tee said
diff said - <<'SEEN'
SUM of 5 and 1,000: 6, of 12 months: 17, of 31/12/2026: 36
AVERAGE of 5 and 1,000: 5
VALUE of (1,000): 1000, of TBA: 0
NUMBERVALUE of (1,000): NaN
hyperformula, SUM of 5 and 1,000: 5
SEEN
