"""Which files make a workspace."""

from __future__ import annotations

from pathlib import Path

from app.errors import AppError

NETWORK = "network.sqlite"
JOURNAL = "journal.sqlite"
CACHE = "cache"
EVIDENCE = "evidence"
RULES = "rules.toml"


def refuse_occupied(folder: Path) -> None:
    """Refuse a folder in which no workspace can be made; ask before the long work.

    Raises:
        AppError: ``workspace.not_empty``, ``workspace.not_a_folder``.
    """
    if folder.exists() and not folder.is_dir():
        raise AppError("workspace.not_a_folder", path=str(folder))
    if folder.is_dir() and any(folder.iterdir()):
        raise AppError("workspace.not_empty", path=str(folder))


def refuse_stranger(folder: Path) -> None:
    """Raise :class:`AppError` ``workspace.missing`` or ``workspace.not_a_workspace``."""
    if not folder.is_dir():
        raise AppError("workspace.missing", path=str(folder))
    if not (folder / NETWORK).is_file() or not (folder / JOURNAL).is_file():
        raise AppError("workspace.not_a_workspace", path=str(folder))
