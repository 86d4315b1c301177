"""``sluice together``: several shutdowns over time, what they do jointly and where they contradict each other."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime

from app.messages import Words
from app.operations.dispatch import look, open_dispatch
from app.operations.dispatch_rules import standards_of
from app.operations.isolate import Desk
from app.operations.running_shutdowns import running_shutdowns
from app.operations.together import as_record, read_shutdowns, reckon
from app.operations.together_words import as_lines
from app.times import CITY_TIME
from app.workspace import Workspace, open_workspace
from network.supply import prepare
from network.together_records import Shutdown


def _running(workspace: Workspace, now: datetime, records: Sequence[object]) -> tuple[Shutdown, ...]:
    """Emergencies of the journal that the file does not name."""
    dispatch = open_dispatch(workspace, standards_of(workspace.folder))
    named = {str(record.get("id")) for record in records if isinstance(record, Mapping)}
    return tuple(one for one in running_shutdowns(look(dispatch, now), workspace.city) if one.id not in named)


def together(options: argparse.Namespace, words: Words) -> int:
    """Answer and return 0, conflicts or not.

    Raises:
        CodedError: The workspace, the file or a shutdown in it cannot be used.
    """
    now = datetime.now(CITY_TIME)
    records = read_shutdowns(options.shutdowns)
    with closing(open_workspace(options.workspace)) as workspace:
        desk = Desk(prepare(workspace.city, workspace.states))
        running = () if options.file_alone else _running(workspace, now, records)
        found = reckon(desk, records, words, running)
        if options.json:
            sys.stdout.write(json.dumps(as_record(desk.model, found, now), ensure_ascii=False) + "\n")
        else:
            sys.stdout.write("\n".join(as_lines(desk.model, found, words, now)) + "\n")
    return 0
