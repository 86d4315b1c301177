"""The board's snapshot in the workspace's cache: disposable, never trusted, so that opening folds only what is new."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.dispatch.board import Board, Standards
from app.dispatch.forecast import Finished, Job, Stage
from app.dispatch.shelf import from_json, to_json
from app.journal.events import canonical

NAME = "dispatch.json"

Snapshot = tuple[Board, tuple[Finished, ...]]


def keep(cache: Path, board: Board, finished: tuple[Finished, ...]) -> None:
    """Write the snapshot, whole or not at all; a cache without room or right to write is no fault."""
    text = canonical({"board": to_json(board), "finished": [asdict(one) for one in finished]})
    partial = cache / f".{NAME}.{os.getpid()}.partial"
    try:
        cache.mkdir(exist_ok=True)
        partial.write_text(f"{hashlib.sha256(text.encode()).hexdigest()}\n{text}", encoding="utf-8")
        partial.replace(cache / NAME)
    except OSError:
        # The journal holds everything; the next opening takes longer.
        partial.unlink(missing_ok=True)


def kept(cache: Path, standards: Standards) -> Snapshot | None:
    """The snapshot; None where there is none, or it is damaged or another version's."""
    try:
        digest, _, text = (cache / NAME).read_text(encoding="utf-8").partition("\n")
        if hashlib.sha256(text.encode()).hexdigest() != digest:
            return None
        values = json.loads(text)
        return from_json(values["board"], standards), tuple(_finished(one) for one in values["finished"])
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError):
        # A cache is made again, never trusted.
        return None


def _finished(values: dict[str, Any]) -> Finished:
    return Finished(Stage(values["stage"]), Job(**values["job"]), float(values["took_s"]))
