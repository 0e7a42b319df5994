"""How many tokens an answer will cost, roughly and rather too many: no vocabulary is shipped to count them exactly."""

import json
import re
from typing import Final

from whitespace_mcp.answers.base import Answer

_PIECES: Final = re.compile(r"([A-Z]?[a-z]+|[A-Z]+(?![a-z]))|(\d+)|([^\sA-Za-z\d]+)|\s{2,}", re.ASCII)
_WORD: Final = 5
"""Letters of a word's further token; its first one can be longer."""
_CAPITALS: Final = 3
"""The same of a word in capitals, as ids and some titles are."""
_NUMBER: Final = 3


def rough_tokens(text: str) -> int:
    """An estimate from the pieces into which tokenisers cut text: words (`FirmOrder` is two), numbers, signs."""
    count = 0
    for match in _PIECES.finditer(text):
        word, number, signs = match.groups()
        if word:
            count += 1 + (len(word) - 1) // (_CAPITALS if word.isupper() else _WORD)
        elif number:
            count += -(-len(number) // _NUMBER)
        elif signs:
            count += sum(2 if sign > "\x7f" else 0 for sign in signs) + (sum(sign <= "\x7f" for sign in signs) + 2) // 3
    return count


def answer_tokens(part: Answer) -> int:
    """The same of an answer or a part of one, as it is sent."""
    return rough_tokens(json.dumps(part.plain(), ensure_ascii=False, separators=(",", ":")))
