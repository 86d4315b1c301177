"""What was freed between pieces that stay goes back to the system."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from gis.given_back import give_back

_PIECE_BYTES, _PIECES = 50_000, 2_000


def anonymous_bytes() -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("RssAnon:"))


@pytest.mark.skipif(sys.platform != "linux", reason="only there can it be asked for")
def test_memory_between_pieces_that_stay_goes_back() -> None:
    pieces = [np.ones(_PIECE_BYTES, dtype=np.uint8) for _ in range(_PIECES)]
    full = anonymous_bytes()
    kept = pieces[::20]
    pieces.clear()
    give_back()
    assert full - anonymous_bytes() > 0.6 * _PIECE_BYTES * _PIECES
    assert all(piece[0] == 1 for piece in kept)
