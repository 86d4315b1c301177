"""Where the files that are not Python lie: fonts, words, translations."""

from __future__ import annotations

from pathlib import Path

_PACKAGED = Path(__file__).parent / "_resources"
_SOURCE_TREE = Path(__file__).parent.parent / "resources"


def folder(name: str) -> Path:
    """Folder *name* of the resources, in an installed package or in the source tree."""
    root = _PACKAGED if _PACKAGED.is_dir() else _SOURCE_TREE
    return root / name
