"""What is sealed opens for its person, with its key, unchanged, and in no other case."""

from pathlib import Path

import anyio
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from pydantic import SecretStr

from whitespace_mcp.config.errors import NotConfigured
from whitespace_mcp.team.keys import KeyFile, NotOpened, SealedSecret, read_keys, rewrap, seal, unseal
from whitespace_mcp.team.person import Person

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
people = st.builds(Person, st.text(max_size=12), st.text(max_size=12), st.text(max_size=6))


@given(people, people, st.text(min_size=1, max_size=60))
@example(Person("i", "alice", "e"), Person("i", "Alice", "e"), "a token")
@example(Person("i", "alice", "e"), Person("i", "alice ", "e"), "a token")
@example(Person("i", "al", "ice"), Person("i", "ali", "ce"), "a token")
def test_a_secret_opens_for_its_person_only(person: Person, other: Person, text: str) -> None:
    assume(person != other)

    async def sealed_and_opened() -> None:
        keys = KeyFile({"k1": OLD})
        sealed = await seal(keys, SecretStr(text), person.context)
        assert (await unseal(keys, sealed, person.context)).get_secret_value() == text
        assert text.encode() not in sealed.box or len(text) < 4
        with pytest.raises(NotOpened):
            await unseal(keys, sealed, other.context)

    anyio.run(sealed_and_opened)


@given(st.integers(0, 1), st.integers(0), st.integers(1, 255))
def test_a_changed_byte_does_not_open(part: int, place: int, change: int) -> None:
    async def changed() -> None:
        keys = KeyFile({"k1": OLD})
        sealed = await seal(keys, SecretStr("a refresh token"), b"me")
        parts = [bytearray(sealed.wrapped), bytearray(sealed.box)]
        parts[part][place % len(parts[part])] ^= change
        with pytest.raises(NotOpened):
            await unseal(keys, SealedSecret("k1", bytes(parts[0]), bytes(parts[1])), b"me")

    anyio.run(changed)


async def test_a_new_key_reads_what_the_old_one_sealed_and_the_old_one_may_go_after_wrapping_anew() -> None:
    sealed = await seal(KeyFile({"old": OLD}), SecretStr("a refresh token"), b"me")
    both = KeyFile({"new": NEW, "old": OLD})
    assert (await unseal(both, sealed, b"me")).get_secret_value() == "a refresh token"
    wrapped = await rewrap(both, sealed, b"me")
    assert wrapped.key_name == "new"
    assert wrapped.box == sealed.box
    only_new = KeyFile({"new": NEW})
    assert (await unseal(only_new, wrapped, b"me")).get_secret_value() == "a refresh token"
    with pytest.raises(NotOpened, match="old"):
        await unseal(only_new, sealed, b"me")


def test_a_file_of_keys_is_read_in_order_and_a_wrong_line_is_told_by_its_number(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    good = "k2 IDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
    path.write_text(f"# ours\n\n{good}\nk1 {'QUFB' * 10}QUE=\n")
    assert list(read_keys(path)) == ["k2", "k1"]
    for wrong in ("k1", "k1 QUFB", f"k1 {'!' * 44}", f"{good}\n{good}"):
        path.write_text(f"# ours\n{wrong}\n")
        with pytest.raises(NotConfigured, match=r"Line [23] of") as error:
            read_keys(path)
        assert "!!" not in str(error.value)
    path.write_text("# none\n")
    with pytest.raises(NotConfigured, match="no key"):
        read_keys(path)
    with pytest.raises(NotConfigured, match="cannot be read"):
        read_keys(tmp_path / "nowhere")
