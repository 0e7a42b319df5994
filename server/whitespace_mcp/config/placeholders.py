"""Telling a token from what stands in its place until somebody fills it in.

Hosts hand such a text on as it is when they do not know the form, when a question was cancelled, or when an example was
pasted unchanged. It is no secret, and it is sent nowhere.
"""

import re
from typing import Final

_FORMS: Final = re.compile(
    r"""
    \$?\{\{?.*\}\}?             # ${input:token}, ${env:TOKEN}, {env:TOKEN}, {{token}}
    | \$\(.*\)                   # $(pass show whitespace)
    | \$(?:env:)?[A-Za-z_]\w*    # $TOKEN, $env:TOKEN
    | %[A-Za-z_]\w*%             # %TOKEN%
    | !\w+!                     # !TOKEN!
    | <.*>                      # <your token>
    | (?:op|keychain|vault|secret|env)://?\S*  # references of a password manager
    | (?:your|my)[-_. ]?(?:refresh[-_. ]?|service[-_. ]?)?token.*
    | paste[-_. ].* | xxx+ | \.\.\.
    | undefined | null | none    # what a program's template makes of nothing
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_LONGEST_WORD: Final = 14
"""Letters of the words that a sentence has; a token that wraps over several lines has longer ones."""


def is_placeholder(text: str) -> bool:
    """Whether a text is not the secret itself: a reference that was not resolved, or an example's words."""
    text = text.strip().strip("\"'").strip()
    words = text.split()
    prose = len(words) > 2 and all(len(word) <= _LONGEST_WORD for word in words)
    return prose or _FORMS.fullmatch(text) is not None
