"""``sluice together``: several shutdowns over time, what they do jointly and where they contradict each other."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import closing
from datetime import datetime

from app.messages import Words
from app.operations.isolate import Desk
from app.operations.together import as_record, read_shutdowns, reckon
from app.operations.together_words import as_lines
from app.times import CITY_TIME
from app.workspace import open_workspace
from network.supply import prepare


def together(options: argparse.Namespace, words: Words) -> int:
    """Answer and return 0, conflicts or not.

    Raises:
        CodedError: The workspace, the file or a shutdown in it cannot be used.
    """
    now = datetime.now(CITY_TIME)
    records = read_shutdowns(options.shutdowns)
    with closing(open_workspace(options.workspace)) as workspace:
        desk = Desk(prepare(workspace.city, workspace.states))
        answer = reckon(desk, records, words)
        if options.json:
            sys.stdout.write(json.dumps(as_record(desk.model, answer, now), ensure_ascii=False) + "\n")
        else:
            sys.stdout.write("\n".join(as_lines(desk.model, answer, words, now)) + "\n")
    return 0
