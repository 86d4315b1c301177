"""``sluice rank``: what every segment and every valve takes away, worst first."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

from app.cli.progress import progress_of
from app.messages import Words, recorded
from app.operations.past_outages import past_outages
from app.operations.rank_city import as_record, rank_city
from app.operations.valve_history import last_turned_ms, valve_chances
from app.workspace import open_workspace
from network.answers import Note
from network.supply import prepare

_LINES = 20
"""Rows of each list for a reader at a terminal who named no number."""


def rank(options: argparse.Namespace, words: Words) -> int:
    """Rank and return 0.

    Raises:
        CodedError: The workspace cannot be used.
    """
    with closing(open_workspace(options.workspace)) as workspace:
        model = prepare(workspace.city, workspace.states)
        ranked = rank_city(model, trace=not options.at_least, progress=progress_of(words, "tracing"))
        reason = None if model.supplied.any() else words.say("note", Note.NO_SOURCE)
        most = options.most if options.json or options.most else _LINES
        now = datetime.now(UTC)
        chance = valve_chances(workspace.city, workspace.states, last_turned_ms(workspace), now)
        record = as_record(ranked, past_outages(workspace, now), chance, reason, most)
    sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n" if options.json else _text(record, words))
    return 0


def _text(record: Mapping[str, Any], words: Words) -> str:
    lines = [record["reason"]] if record["reason"] else []
    for name in ("segments", "valves", "exercise_first"):
        lines.append(words.say("rank", name))
        lines += [_line(row, words) for row in record[name]]
    return "\n".join(lines) + "\n"


def _line(row: Mapping[str, Any], words: Words) -> str:
    lost = words.say(
        "rank",
        "lost" if row["exact"] else "lost_at_least",
        {
            "customers": row["customers"],
            "people": recorded.people_of(row["customers"], row["people"], words),
            "km": f"{row['length_m'] / 1000.0:.2f}",
        },
    )
    if "pipes" in row:
        return f"  {' '.join(row['pipes'][:3])}{' …' if len(row['pipes']) > 3 else ''}: {lost}"
    more = row["more_if_it_fails"]["customers"]
    return f"  {row['valve']} DN{row['dn_mm']}: {lost}{words.say('rank', 'more', {'customers': more})}"
