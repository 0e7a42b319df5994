#!/bin/sh
# pydantic 2.14.3 and mcp 2.3.0: a generic model that is named in a function is a new class again and again.
#
# The guess: `Model[int]` is made once and found again afterwards, as `list[int]` costs next to nothing; so the SDK, which
# writes `AcceptedElicitation[Any]` inside the function that fills in a resolved parameter of a tool, pays for it once.
# What happens: pydantic remembers such classes only while somebody else holds them. The next collection of garbage takes
# the class away, and the next call makes it again, validator and serializer included: some two milliseconds of a tool's
# call, which has no other reason to take more than a quarter of one. Held in a variable, it stays.
#
# Output seen:
#   Model[int] after a collection is the same class: False
#   Model[int] that somebody holds is the same class: True
#   classes made in 20 calls with a resolver, a collection between them: 20
#   the same while somebody holds the class: 0
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/python" -m pip install --quiet --disable-pip-version-check "pydantic==2.14.3" "mcp==2.3.0"
"$place/venv/bin/python" - <<'PYTHON'
import gc
from typing import Annotated, Any, Generic, TypeVar
from unittest import mock

import anyio
import pydantic
from mcp import Client
from mcp.server.mcpserver import AcceptedElicitation, MCPServer, Resolve

T = TypeVar("T")


class Model(pydantic.BaseModel, Generic[T]):
    value: T


def mark() -> None:
    Model[int].marked = True  # inside a function: at a module's top pydantic puts the class into the module


def is_marked() -> bool:
    return getattr(Model[int], "marked", False)


mark()
gc.collect()
print("Model[int] after a collection is the same class:", is_marked())
assert not is_marked()
held = Model[int]
mark()
gc.collect()
print("Model[int] that somebody holds is the same class:", is_marked())
assert is_marked()

server = MCPServer("resolved", log_level="ERROR")


async def twice(number: int) -> int:
    return 2 * number


@server.tool(structured_output=False)
async def double(number: int, doubled: Annotated[int, Resolve(twice)]) -> str:
    return str(doubled)


async def classes_made() -> int:
    made = 0
    real = type(AcceptedElicitation).__new__

    def counting(kind: Any, name: str, *rest: Any, **more: Any) -> Any:
        nonlocal made
        made += name.startswith("AcceptedElicitation[")
        return real(kind, name, *rest, **more)

    async with Client(server) as client:
        await client.call_tool("double", {"number": 1})
        with mock.patch.object(type(AcceptedElicitation), "__new__", counting):
            for number in range(20):
                gc.collect()
                await client.call_tool("double", {"number": number})
    return made


without = anyio.run(classes_made)
print("classes made in 20 calls with a resolver, a collection between them:", without)
held = AcceptedElicitation[Any]
with_it = anyio.run(classes_made)
print("the same while somebody holds the class:", with_it)
assert without == 20 and with_it == 0
PYTHON
