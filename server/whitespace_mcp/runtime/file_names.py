"""Names of files out of what other parties wrote: one plain name on every system.

None is one that a file manager acts upon when it merely shows the folder.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

NAME_BYTES: Final = 140
MOST_NUMBERS: Final = 99

_FORBIDDEN: Final = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]')
_RESERVED: Final = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[\d\u00b9\u00b2\u00b3])\s*(?:\.|$)", re.IGNORECASE
)
_SHOWN: Final = frozenset(
    {
        "lnk", "url", "website", "pif", "scf", "desktop", "directory", "webloc", "inetloc", "fileloc", "library-ms",
        "search-ms", "searchconnector-ms", "appref-ms", "settingcontent-ms", "theme", "themepack", "deskthemepack",
    }
)  # fmt: skip
"""Extensions that a file manager acts upon when it shows the folder that they are in: it reads what they point to."""
_FOLDER_SETTINGS: Final = frozenset({"desktop.ini", "autorun.inf", "folder.htt", "thumbs.db", "ehthumbs.db"})
_SHELL_OBJECT: Final = re.compile(r"\.(?=\{[0-9a-f-]{30,40}\})", re.IGNORECASE)
"""A class id in the place of an extension makes Windows show something else in the file's place."""
_NEUTRAL: Final = ".data"
"""What is added to them."""


def safe_name(name: str) -> str:
    """A plain file name on every system: one part, no device, no hidden file, at most `NAME_BYTES` bytes."""
    text = unicodedata.normalize("NFC", name)
    text = "".join(" " if c.isspace() else c for c in text if unicodedata.category(c)[0] != "C" or c.isspace())
    text = _SHELL_OBJECT.sub("_", " ".join(_FORBIDDEN.sub("_", text).split())).strip(". ")
    if _RESERVED.match(text):
        text = f"_{text}"
    stem, dot, extension = text.rpartition(".")
    if not extension.isalnum() or len(extension.encode()) > 20 or not stem.strip(". "):
        stem, dot, extension = text, "", ""
    stem = _cut(stem, NAME_BYTES - len(f"{dot}{extension}".encode()))
    return _neutral(f"{stem}{dot}{extension}") or "file"


def _neutral(name: str) -> str:
    """A name that no file manager acts upon by itself."""
    _, dot, extension = name.rpartition(".")
    if (dot and extension.lower() in _SHOWN) or name.lower() in _FOLDER_SETTINGS:
        return f"{_cut(name, NAME_BYTES - len(_NEUTRAL))}{_NEUTRAL}"
    return name


def numbered(name: str) -> Iterator[str]:
    """`plan.pdf`, `plan (2).pdf`, ..."""
    yield name
    stem, dot, extension = name.rpartition(".")
    if not dot:
        stem, extension = name, ""
    for number in range(2, MOST_NUMBERS + 1):
        yield f"{stem} ({number}){dot}{extension}"


def with_extension(name: str, extension: str) -> str:
    """A name with that extension, unless it has one already."""
    return name if "." in name or not extension else f"{name}.{extension}"


def _cut(text: str, most: int) -> str:
    return text.encode()[:most].decode(errors="ignore").rstrip(". ")
