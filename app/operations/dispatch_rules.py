"""The rule pack of a workspace: the program's own, or one that was adopted after it was checked whole."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from app.dispatch.board import Standards
from app.dispatch.rule_pack import read_pack, standard_pack
from app.dispatch.rules import RulePack
from app.errors import AppError
from app.workspace_files import RULES
from gis.stores import sqlite
from network.errors import os_detail

_LOG = logging.getLogger(__name__)


def standards_of(folder: Path) -> Standards:
    """By what the workspace in *folder* is judged.

    An adopted pack that was damaged since is left aside, with a warning: no clock stops because of a slip in a file.
    """
    if not (folder / RULES).is_file():
        return Standards(standard_pack())
    try:
        return Standards(read_pack(folder / RULES))
    except AppError as error:
        _LOG.warning("the workspace's rules cannot be used, the program's own are: %s %s", error.code, error.detail)
        return Standards(standard_pack())


def adopt_rules(folder: Path, path: Path) -> RulePack:
    """Take the pack in *path* for the workspace in *folder*, whole or not at all; the one in use stays otherwise.

    Raises:
        AppError: ``rules.not_read``, ``rules.wrong`` with the rule and what is wrong with it, ``rules.not_kept``.
    """
    read_pack(path)
    partial = folder / f".{RULES}.{os.getpid()}.partial"
    try:
        partial.write_bytes(path.read_bytes())
        # What was checked is what is kept, even if the file was changed in between.
        checked = read_pack(partial)
        sqlite.sync_file(partial)
        partial.replace(folder / RULES)
        sqlite.sync_folder(folder)
    except OSError as error:
        raise AppError("rules.not_kept", path=str(folder / RULES), **os_detail(error, "reason")) from error
    finally:
        partial.unlink(missing_ok=True)
    return checked
