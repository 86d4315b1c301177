"""``sluice feed share`` and ``sluice feed fetch``: readings to a server of several consoles, and from there."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from app.cli.progress import progress_on
from app.journal.events import milliseconds
from app.messages import Words
from app.operations.shared_history import fetch_history, share_history
from gis.stores.postgres import name_of


def shared_history(options: argparse.Namespace, words: Words) -> int:
    """Copy, and say how many readings that were.

    Raises:
        CodedError: It cannot be done as asked.
    """
    copy = share_history if options.part == "share" else fetch_history
    now_ms = milliseconds(datetime.now(UTC))
    count = copy(options.workspace, options.server, options.days, now_ms, progress_on(words))
    told: dict[str, str | int] = {"count": count, "server": name_of(options.server)}
    sys.stdout.write(words.say("summary", f"readings_{options.part}", told) + "\n")
    return 0
