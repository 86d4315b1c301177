"""``sluice alternatives``: fewer valves or fewer customers, and what to do if a valve will not turn."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import closing
from datetime import UTC, datetime

from app.cli.questions import check, query_of
from app.errors import AppError
from app.messages import Words
from app.operations.alternatives import alternatives_of, as_record
from app.operations.alternatives_words import as_text, why_none
from app.operations.isolate import Desk, target_record
from app.operations.roads import refuse_far_crews, roads_of, ways_to_valves_s
from app.operations.valve_history import last_turned_ms, valve_chances
from app.plan_requests import CostOf
from app.workspace import open_workspace
from network.supply import prepare


def alternatives(options: argparse.Namespace, words: Words) -> int:
    """Answer and return 0, also where there is nothing to weigh.

    Raises:
        CodedError: The workspace or the question cannot be used.
    """
    query = query_of(options)
    if options.crew_from is not None and options.cost != "time":
        raise AppError("from_without_time")
    by = CostOf.MINUTES if options.cost == "time" else CostOf.VALVES
    with closing(open_workspace(options.workspace)) as workspace:
        desk = Desk(prepare(workspace.city, workspace.states))
        check(desk, query, words)
        target, model = desk.resolve(query), desk.supposing(query)
        devices = workspace.city.network.devices
        way_s, roads = None, roads_of(workspace)
        if options.crew_from is not None:
            refuse_far_crews(devices, (options.crew_from,))
            way_s = ways_to_valves_s(roads, devices, options.crew_from)
        chance = valve_chances(workspace.city, model.states, last_turned_ms(workspace), datetime.now(UTC))
        told = alternatives_of(model, target, by, way_s, roads=roads, start_m=options.crew_from, chance=chance)
        why = why_none(model, told, words)
        if options.json:
            record = {"target": target_record(query), "reason": why, **as_record(model, told)}
            sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")
        else:
            sys.stdout.write((why or as_text(model, told, words)) + "\n")
    return 0
