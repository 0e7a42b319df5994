"""Garbage is left alone while modules are imported, and collected again afterwards."""

import gc

from whitespace_mcp.runtime.garbage import uncollected


def test_garbage_is_collected_again_afterwards() -> None:
    assert gc.isenabled()
    with uncollected(for_good=True):
        with uncollected(for_good=True):
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
