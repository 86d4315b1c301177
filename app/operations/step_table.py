"""The programme of a shutdown as a list for people."""

from __future__ import annotations

from app.messages import Words
from app.operations.isolate import Answer
from app.operations.order import Crews, order_of
from app.operations.step_words import crew_text, step_text, when_text
from gis.exchange.tables import Cell, Sheet
from network.assets import Turning
from network.method_steps import Method, NoMethod, Step
from network.supply import SupplyModel

_COLUMNS = ("order", "when", "crew", "step", "valve", "dn_mm", "turns", "turning", "place", "done_at", "signed")


def step_sheet(model: SupplyModel, answer: Answer, words: Words, method: Method | NoMethod | None = None) -> Sheet:
    """Steps in order, with room to write down when each was done and by whom.

    Args:
        model: The city.
        answer: The plan.
        words: The language.
        method: The programme; one crew and straight lines where None. Without a programme the sheet has no rows.
    """
    method = method or order_of(model, answer, Crews())
    steps = () if isinstance(method, NoMethod) else method.steps
    rows = [_row(model, number, step, words) for number, step in enumerate(steps, start=1)]
    return Sheet(words.say("export", "steps"), tuple(words.say("column", name) for name in _COLUMNS), rows)


def _row(model: SupplyModel, number: int, step: Step, words: Words) -> list[Cell]:
    devices, row = model.city.network.devices, step.device
    known = row >= 0
    return [
        number,
        when_text(step, (None, None), None, words),
        crew_text(step, words),
        step_text(model, step, words),
        devices.ids[row] if known else "",
        (int(devices.dn_mm[row]) or None) if known else None,
        round(step.turns, 2) or None,
        words.say("turning", step.turning.name.lower()) if step.turning is not Turning.UNKNOWN else "",
        " ".join(part for part in (devices.landmark[row], devices.chamber[row]) if part) if known else "",
        "",
        "",
    ]
