"""What a file is: its bytes decide, then its name, and what was declared last of all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whitespace_mcp.terms.filetypes import UNKNOWN, extension_for, extension_of, type_by_name, type_of

PNG = b"\x89PNG\r\n\x1a\nrest"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.mark.parametrize(
    ("content", "name", "declared", "media"),
    [
        (PNG, "plan.png", "application/octet-stream", "image/png"),
        (PNG, "plan.pdf", "application/pdf", "image/png"),
        (b"%PDF-1.7", "A-1", None, "application/pdf"),
        (b"PK\x03\x04", "contract.pdf", "application/pdf", "application/zip"),
        (b"PK\x03\x04", "losses.XLSX", "application/octet-stream", SHEET),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "mail.msg", None, "application/vnd.ms-outlook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "odd.bin", None, "application/x-ole-storage"),
        (b"\xff\xd8\xff\xe0", "", "text/plain", "image/jpeg"),
        (b"year;losses", "losses.csv", "application/octet-stream", "text/csv"),
        (b"just text", "plan.png", "image/png", UNKNOWN),
        (b"just text", "losses.xlsx", SHEET, UNKNOWN),
        (b"?", "no extension", "text/plain; charset=utf-8", "text/plain"),
        (b"?", "odd.xyz", "not a type", UNKNOWN),
        (b"", "", None, UNKNOWN),
    ],
)
def test_bytes_come_first_then_the_name_then_what_was_declared(
    content: bytes, name: str, declared: str | None, media: str
) -> None:
    assert type_of(content, name, declared) == media


def test_a_file_that_was_not_read_is_what_its_name_says() -> None:
    assert type_by_name("Plan.PNG", "application/octet-stream") == "image/png"
    assert type_by_name("plan", "Image/PNG; x=1") == "image/png"
    assert type_by_name("plan", None) == UNKNOWN


def test_a_media_type_has_its_usual_extension() -> None:
    assert [extension_for(media) for media in ("application/pdf", "application/zip", "text/html", "x/y")] == [
        "pdf", "zip", "html", "",
    ]  # fmt: skip


@given(st.binary(max_size=40), st.text(max_size=20), st.text(max_size=20))
def test_anything_has_a_media_type(content: bytes, name: str, declared: str) -> None:
    for media in (type_of(content, name, declared), type_by_name(name, declared)):
        assert media.count("/") == 1
        assert media.isascii()
    assert extension_of(name) == extension_of(name).lower()
