"""Free memory given back to the system, where the C library would keep it for later."""

from __future__ import annotations

import ctypes
import sys


def give_back() -> None:
    """Give back what is free; 20 ms in a large city.

    Making a city's arrays takes and frees a million small pieces. What is free between those that stay would be kept,
    hundreds of megabytes for as long as the process lives. Where the C library offers no way, nothing is done.
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
