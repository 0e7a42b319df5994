"""A platform with hardly a slip: these tests are about who asks and how, not about risks."""

import pytest

from whitespace_mcp.demo import Platform


@pytest.fixture
def platform() -> Platform:
    """The whole directory, and a book of three documents and one of two."""
    return Platform(documents=(3, 2))
