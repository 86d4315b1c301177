"""One writer at a time, of all threads and processes on a machine: a lock on a file beside what they write."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


@contextmanager
def one_writer(place: Path) -> Iterator[None]:
    """Wait until nobody else holds *place*, and hold it; who dies lets go of it.

    Raises:
        OSError: It cannot be made, or the system gave up waiting.
    """
    with place.open("ab") as file:
        if sys.platform == "win32":
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
        else:
            # Of this opening, not of the process: threads keep each other out as well.
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
