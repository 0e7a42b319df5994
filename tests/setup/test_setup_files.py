"""Files that are replaced in one step: what happens when they cannot be."""

import os
from pathlib import Path

import pytest

from whitespace_mcp.config.errors import NotConfigured, explain
from whitespace_mcp.setup.files import remove, replace


def test_what_cannot_be_replaced_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(NotConfigured) as caught:
        replace(tmp_path / "folder", "text")
    pipe = tmp_path / "folder" / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(NotConfigured, match="not a file"):
        replace(pipe, "text")
    pipe.unlink()
    assert "folder cannot be changed (is a directory). Make its folder writable for you" in explain(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_what_cannot_be_removed_is_told(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(NotConfigured, match="cannot be changed"):
        remove(tmp_path / "folder")
    assert not remove(tmp_path / "nothing")


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file"
    replace(path, "one")
    replace(path, "two\n")
    assert path.read_bytes() == b"two\n"
    assert [entry.name for entry in path.parent.iterdir()] == ["file"]
