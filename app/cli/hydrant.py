"""``sluice hydrant``: water drawn from hydrants, so that the watch for bursts knows of it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

from app.cli.desk_call import DeskCall
from app.hydrants.acts import EndUse, HydrantAct, OpenHydrant, StillRuns, WithdrawUse
from app.hydrants.book import Stage
from app.hydrants.entries import USE, Purpose
from app.hydrants.view import UseRow
from app.journal.events import milliseconds
from app.messages import Words
from app.messages.formats import number
from app.operations.hydrant_uses import UseDesk, carry_out, open_uses, use_row, uses_view
from app.operations.outage_words import local, moment_text
from app.workspace import open_workspace


def hydrant(options: argparse.Namespace, words: Words) -> int:
    """Carry out one action and return the exit status.

    Raises:
        AppError: It cannot be done as asked; nothing was written then.
    """
    with closing(open_workspace(options.workspace)) as workspace:
        call = _Call(options, words, open_uses(workspace), datetime.now(UTC))
        return _ACTIONS[options.action](call)


class _Call(DeskCall[UseDesk]):
    """One action on water drawn from hydrants."""

    REFUSED = ("hydrant.no", "hydrant_no")

    @property
    def until_ms(self) -> int | None:
        """The end that was named."""
        return None if self.options.until is None else milliseconds(self.options.until)

    def do(self, act: HydrantAct) -> int:
        """Carry *act* out and tell what came of it."""
        entity = self.accepted(carry_out(self.desk, act, self.author, self.now))
        use = self.desk.book[entity.removeprefix(USE)]
        return self.show([use_row(self.desk, use, milliseconds(self.now))])

    def show(self, rows: list[UseRow]) -> int:
        """A line of each, as JSON or as words."""
        if self.options.json:
            return self.tell(*(json.dumps(_record(row), ensure_ascii=False) for row in rows))
        return self.tell(*(self._line(row) for row in rows))

    def _line(self, row: UseRow) -> str:
        words = self.words
        until = words.say("hydrant_cli", "until_told") if row.until_ms is None else moment_text(row.until_ms, words)
        where = row.hydrant or ",".join(f"{one:.2f}" for one in row.place_m)
        flow = "" if row.flow_m3_h is None else words.say("hydrant_cli", "flow", {"flow": number(row.flow_m3_h)})
        stage = words.name("hydrant_stage", row.stage.value)
        lapsed = ""
        if row.stage is Stage.LAPSED:
            lapsed = words.say("hydrant_cli", "lapsed", {"moment": moment_text(row.believed_until_ms, words)})
        purpose = words.name("hydrant_purpose", row.purpose.value)
        span = f"{moment_text(row.from_ms, words)} – {until}"
        cells = (row.number, stage, where, purpose, span, flow, lapsed, row.told_by, row.note)
        return "\t".join(cell for cell in cells if cell)


def _record(row: UseRow) -> dict[str, Any]:
    return {
        "number": row.number,
        "stage": row.stage.value,
        "hydrant": row.hydrant,
        "place_m": list(row.place_m),
        "purpose": row.purpose.value,
        "from": _iso(row.from_ms),
        "until": _iso(row.until_ms),
        "left_out_until": _iso(row.believed_until_ms),
        "flow_m3_h": row.flow_m3_h,
        "told_by": row.told_by,
        "note": row.note,
        "author": row.author,
    }


def _iso(at_ms: int | None) -> str | None:
    return None if at_ms is None else local(at_ms).isoformat()


def _list(call: _Call) -> int:
    now_ms = milliseconds(call.now)
    if call.options.all:
        rows = [use_row(call.desk, use, now_ms) for use in call.desk.book.values()]
    else:
        rows = list(uses_view(call.desk, now_ms).rows)
    if not rows and not call.options.json:
        return call.tell(call.words.say("hydrant_cli", "nothing"))
    return call.show(rows)


def _draw(call: _Call) -> int:
    options = call.options
    x_m, y_m = options.at if options.at is not None else (None, None)
    act = OpenHydrant(
        Purpose(call.needed("purpose")),
        options.hydrant,
        x_m,
        y_m,
        None if options.since is None else milliseconds(options.since),
        call.until_ms,
        options.flow,
        options.told_by,
        options.note,
    )
    return call.do(act)


_ACTIONS: Mapping[str, Callable[[_Call], int]] = {
    "list": _list,
    "draw": _draw,
    "runs": lambda call: call.do(StillRuns(call.options.number, call.at_ms, call.options.note)),
    "end": lambda call: call.do(EndUse(call.options.number, call.until_ms, call.options.note)),
    "withdraw": lambda call: call.do(WithdrawUse(call.options.number, call.options.note)),
}
