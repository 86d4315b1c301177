"""``sluice order``: the programme of a shutdown, step by step."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import closing
from datetime import timedelta

from app.cli.questions import check, query_of
from app.messages import Words
from app.operations.isolate import Desk, target_record
from app.operations.order import Crews, method_record, order_of
from app.operations.plan_words import reason
from app.operations.roads import refuse_far_crews, roads_of
from app.operations.step_words import method_text, step_text
from app.workspace import open_workspace
from network.method_steps import NoMethod
from network.supply import prepare


def order(options: argparse.Namespace, words: Words) -> int:
    """Answer and return 0.

    Raises:
        CodedError: The workspace or the question cannot be used.
    """
    query = query_of(options)
    stand_m = tuple(options.crews_from)
    crews = Crews(options.crews or max(len(stand_m), 1), stand_m)
    work = None if options.work_hours is None else timedelta(hours=options.work_hours)
    with closing(open_workspace(options.workspace)) as workspace:
        desk = Desk(prepare(workspace.city, workspace.states))
        check(desk, query, words)
        refuse_far_crews(workspace.city.network.devices, stand_m)
        answer, model = desk.answer(query), desk.supposing(query)
        method = order_of(model, answer, crews, planned=options.planned, roads=roads_of(workspace))
        why = reason(model, answer, words)
        head = {"feasible": answer.plan.feasible, "reason": why, "target": target_record(query)}
        if isinstance(method, NoMethod):
            told = why or words.say("no_method", method.why.value)
            sys.stdout.write((_json({**head, "reason": told, "steps": []}) if options.json else told) + "\n")
        elif options.json:
            texts = [step_text(model, step, words) for step in method.steps]
            sys.stdout.write(
                _json({**head, **method_record(model, method, texts, start=options.start, work=work)}) + "\n"
            )
        else:
            sys.stdout.write(method_text(model, method, words, start=options.start, work=work) + "\n")
    return 0


def _json(record: object) -> str:
    return json.dumps(record, ensure_ascii=False)
