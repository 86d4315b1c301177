"""Which processes are there."""

from __future__ import annotations

import os


def runs(pid: int) -> bool:
    """Whether a process *pid* is there; taken for granted where asking is not harmless (os.kill on Windows)."""
    if pid == os.getpid():
        return False
    if os.name == "nt":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
