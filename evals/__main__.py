"""`python -m evals desk ...` for whoever asks, `python -m evals judge ...` for whoever reads what came of it."""

import argparse
import json
from pathlib import Path

from evals.desk import ask_desk, note, open_desk, serve_desk
from evals.judge import claims_of, report


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m evals", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    desk = commands.add_parser("desk", help="a desk with the tools").add_subparsers(dest="do", required=True)
    opening = desk.add_parser("open", help="open a desk in a folder, and write its questions there")
    opening.add_argument("folder", type=Path)
    opening.add_argument("--seed", type=int, default=1)
    opening.add_argument("--now", help="the moment at the desk, with its offset; the machine's clock without it")
    for name in ("serve", "close", "tools"):
        desk.add_parser(name).add_argument("folder", type=Path)
    calling = desk.add_parser("call", help="use a tool")
    calling.add_argument("folder", type=Path)
    calling.add_argument("tool")
    calling.add_argument("arguments", nargs="?", default="{}", help="a JSON object")
    answering = desk.add_parser("answer", help="write down what is said to the person")
    answering.add_argument("folder", type=Path)
    answering.add_argument("text")
    for each in (calling, answering):
        each.add_argument("--question", required=True)
        each.add_argument("--assistant", default="a")
    judging = commands.add_parser("judge", help="verdicts, coverage, calls and tokens")
    judging.add_argument("folders", type=Path, nargs="+")
    judging.add_argument("--claims", action="store_true", help="print what right answers contain instead")
    given = parser.parse_args()
    if given.command == "judge":
        print("\n".join(map(claims_of, given.folders)) if given.claims else report(given.folders))
        return
    match given.do:
        case "open":
            open_desk(given.folder, given.seed, given.now)
        case "serve":
            serve_desk(given.folder)
        case "answer":
            note(given.folder, {"question": given.question, "assistant": given.assistant, "answer": given.text})
        case "call":
            request = {"do": "call", "tool": given.tool, "arguments": json.loads(given.arguments)}
            result = ask_desk(given.folder, request)
            public = {"question": given.question, "assistant": given.assistant, "tool": given.tool}
            note(given.folder, {**public, "arguments": request["arguments"], **result})
            print(result["text"])
        case _:
            print(json.dumps(ask_desk(given.folder, {"do": given.do}), indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
