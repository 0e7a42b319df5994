"""Messages that cannot be read, put into words: the SDK drops them, or answers with its checks and what was sent."""

import json
import re
from typing import Any, Final, cast

from mcp.types import INVALID_REQUEST, PARSE_ERROR
from pydantic import ValidationError

_ID: Final = re.compile(r'"id"\s*:\s*(\d{1,18}|"[^"\\]{1,200}")')
_NOT_JSON: Final = "This is no JSON"
_NO_MESSAGE: Final = "This is no JSON-RPC message"
_BATCH: Final = "Several messages in one are not supported; send each by itself"

Id = int | str | None


def refusal(error: Exception) -> tuple[int, str, list[Id]]:
    """The code and the words of the answer, and the ids that it is for.

    `error` is what the check of a message has raised.
    """
    text = text_of(error)
    if text is not None:
        return PARSE_ERROR, _NOT_JSON, [_id_in(text)]
    return INVALID_REQUEST, *_reason(error)


def text_of(error: Exception) -> str | None:
    """What was sent, if it is no JSON at all."""
    if not isinstance(error, ValidationError):
        return None
    problem = error.errors(include_url=False)[0]
    text = problem["input"]
    text = text.decode(errors="replace") if isinstance(text, bytes) else str(text)
    return text if problem["type"] == "json_invalid" else None


def _id_in(text: str) -> Id:
    """The id in a line that is no JSON, if it has just one."""
    ids = _ID.findall(text)
    return cast("Id", json.loads(ids[0])) if len(ids) == 1 and '"method"' in text else None


def _reason(error: Exception) -> tuple[str, list[Id]]:
    """Why JSON is no message, and the ids of the requests in it; one of None if there is none."""
    problems = error.errors(include_url=False) if isinstance(error, ValidationError) else []
    objects = [cast("dict[str, Any]", problem["input"]) for problem in problems if isinstance(problem["input"], dict)]
    whole = next((message for message in objects if "method" in message), None)
    if whole is not None:
        return _NO_MESSAGE, [_id_of(whole)]
    lists = [cast("list[Any]", problem["input"]) for problem in problems if isinstance(problem["input"], list)]
    ids = [_id_of(part) for part in (lists or [[]])[0]]
    return (_BATCH if ids else _NO_MESSAGE), ([number for number in ids if number is not None] or [None])


def _id_of(message: Any) -> Id:
    """The id of what is meant to be a request; an answer's id is that of a request of ours."""
    if not isinstance(message, dict) or "method" not in message:
        return None
    number = cast("dict[str, Any]", message).get("id")
    return number if isinstance(number, int | str) and not isinstance(number, bool) else None
