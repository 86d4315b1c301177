"""The rule pack of a workspace: the program's own, or one that was adopted after it was checked whole."""

from __future__ import annotations

import logging
import os
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from app.dispatch.board import Standards
from app.dispatch.rule_pack import read_pack, standard_pack
from app.dispatch.rules import RulePack, judged_otherwise
from app.errors import AppError
from app.workspace_files import RULES
from gis.durable import sync_file, sync_folder
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


def refuse_unused_rules(folder: Path) -> None:
    """Whether the workspace's own pack is the one that is used.

    Raises:
        AppError: ``rules.left_aside``: it was damaged since it was adopted, or this version reads packs more strictly;
            the program's own stand in until another one is adopted.
    """
    if not (folder / RULES).is_file():
        return
    try:
        read_pack(folder / RULES)
    except AppError as error:
        said = " ".join(str(value) for value in error.detail.values())
        raise AppError("rules.left_aside", path=str(folder / RULES), reason=said) from error


def adopt_rules(folder: Path, path: Path, now: datetime, *, past_too: bool = False) -> RulePack:
    """Take the pack in *path* for the workspace in *folder*, whole or not at all; the one in use stays otherwise.

    Args:
        folder: Of the workspace.
        path: The pack.
        now: This moment; clocks that started on days before it are to go on by what they started under.
        past_too: Take it even if it judges those otherwise.

    Raises:
        AppError: ``rules.not_read``, ``rules.wrong`` with the rule and what is wrong with it, ``rules.past`` with the
            rules that would judge otherwise what began before today, ``rules.not_kept``.
    """
    wanted, used = read_pack(path), standards_of(folder).pack
    rewritten = judged_otherwise(used, wanted, now.astimezone(ZoneInfo(wanted.zone)).date())
    if rewritten and not past_too:
        raise AppError("rules.past", rules=" ".join(rewritten))
    partial = folder / f".{RULES}.{os.getpid()}.partial"
    try:
        partial.write_bytes(path.read_bytes())
        # What was checked is what is kept, even if the file was changed in between.
        checked = read_pack(partial)
        sync_file(partial)
        partial.replace(folder / RULES)
        sync_folder(folder)
    except OSError as error:
        raise AppError("rules.not_kept", path=str(folder / RULES), **os_detail(error, "reason")) from error
    finally:
        partial.unlink(missing_ok=True)
    return checked
