"""What a file is: by its first bytes, else by its name; what the platform declares may be useless (platform.md 5.9)."""

from typing import Final

UNKNOWN: Final = "application/octet-stream"
PDF: Final = "application/pdf"
ZIP: Final = "application/zip"

_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
_BY_EXTENSION: Final = {
    "pdf": PDF,
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "pptx": f"{_OFFICE}.presentationml.presentation",
    "xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
    "xlsb": "application/vnd.ms-excel.sheet.binary.macroEnabled.12",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
    "msg": "application/vnd.ms-outlook",
    "eml": "message/rfc822",
    "rtf": "application/rtf",
    "txt": "text/plain",
    "csv": "text/csv",
    "md": "text/markdown",
    "json": "application/json",
    "xml": "application/xml",
    "html": "text/html",
    "htm": "text/html",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "bmp": "image/bmp",
    "webp": "image/webp",
    "svg": "image/svg+xml",
    "zip": ZIP,
}
_BY_BYTES: Final = (
    (b"%PDF-", PDF),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"{\\rtf", "application/rtf"),
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
)
_IN_ZIP: Final = frozenset({"docx", "xlsx", "pptx", "xlsm", "xlsb"})
_IN_OLE: Final = frozenset({"doc", "xls", "ppt", "msg"})
_EXTENSIONS: Final = {media: extension for extension, media in reversed(_BY_EXTENSION.items())}


def extension_of(name: str) -> str:
    """What stands behind a name's last dot, in lower case; empty where there is none."""
    return name.rpartition(".")[2].strip().lower() if "." in name else ""


def type_by_name(name: str, declared: str | None) -> str:
    """The media type of a file that has not been read: by its name, else as declared."""
    return _BY_EXTENSION.get(extension_of(name)) or _declared(declared)


def type_of(content: bytes, name: str = "", declared: str | None = None) -> str:
    """The media type of a file: by its bytes where they tell, else by its name, else as declared.

    `content` is how it begins, `name` the file's, `declared` the media type that came with it.
    """
    extension = extension_of(name)
    for beginning, media in _BY_BYTES:
        if content.startswith(beginning):
            inside = _IN_ZIP if media == ZIP else _IN_OLE if media.endswith("ole-storage") else frozenset[str]()
            return _BY_EXTENSION[extension] if extension in inside else media
    named = _BY_EXTENSION.get(extension)
    told_by_bytes = {media for _, media in _BY_BYTES}
    if named and named not in told_by_bytes and extension not in _IN_ZIP | _IN_OLE:
        return named
    return UNKNOWN if named else _declared(declared)


def extension_for(media: str) -> str:
    """The usual extension of a media type; empty where there is none."""
    return _EXTENSIONS.get(media, "")


def _declared(declared: str | None) -> str:
    media = (declared or "").partition(";")[0].strip().lower()
    return media if media.count("/") == 1 and media.isascii() and media.isprintable() else UNKNOWN
