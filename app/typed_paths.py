"""Paths as people type them."""

from __future__ import annotations

from pathlib import Path


def typed_path(text: str) -> Path:
    """*text* with ``~`` for a home folder; as it stands where nobody has that home: what is done there says so."""
    path = Path(text)
    try:
        return path.expanduser()
    except RuntimeError:
        return path
