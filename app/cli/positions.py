"""``sluice positions``: listen to crews' devices, or tell where they were heard of last."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime

from app.config import operator
from app.dispatch.board import Standards
from app.dispatch.crews import STALE_S
from app.dispatch.position_store import PositionStore, positions_of
from app.dispatch.positions import Positions, Refused
from app.dispatch.rule_pack import standard_pack
from app.feeds.inbox import Inbox
from app.messages import Words
from app.messages.formats import coordinate, number
from app.operations.dispatch import open_dispatch
from app.operations.edit import Author
from app.operations.positions import (
    ARRIVALS_EVERY_MS,
    Listener,
    area_of,
    feed_of,
    listen,
    listener_of,
    note_arrivals,
    now_ms,
)
from app.workspace import open_workspace


def positions(options: argparse.Namespace, words: Words) -> int:
    """Answer, or listen until ended, and return 0.

    Raises:
        CodedError: The workspace, an address or a file cannot be used.
    """
    if options.sources:
        _listen(options, words)
    with closing(open_workspace(options.workspace)) as workspace:
        folder = workspace.folder
    told = positions_of(folder)
    if options.json:
        sys.stdout.write(json.dumps(_record(told), ensure_ascii=False) + "\n")
    else:
        sys.stdout.write("\n".join(_lines(told, words)) + "\n")
    return 0


def _listen(options: argparse.Namespace, words: Words) -> None:
    def aside(one: Refused) -> None:
        detail = {"crew": one.crew or words.say("position_refused", "nobody")}
        sys.stderr.write(words.say("position_refused", one.why.value, detail) + "\n")

    with closing(open_workspace(options.workspace)) as workspace, closing(PositionStore(workspace.folder)) as store:
        store.forget(now_ms())
        inbox = Inbox(now_ms)
        who = listener_of(workspace.folder)
        feeds = [
            feed_of(one, inbox, crew=options.crew or "", speed=options.speed, listener=who) for one in options.sources
        ]
        listener = Listener(workspace, store, aside)
        desk = open_dispatch(workspace, Standards(standard_pack()))
        looked_ms = 0

        def look_for_arrivals(new: int) -> None:
            nonlocal desk, looked_ms
            if new and now_ms() - looked_ms >= ARRIVALS_EVERY_MS:
                looked_ms = now_ms()
                _note(new)

        def _note(_new: int) -> None:
            nonlocal desk
            area, author = area_of(workspace.city.network.devices), Author(operator())
            desk, noted = note_arrivals(desk, listener.positions, area, author, datetime.now(UTC))
            for record in noted:
                crew, incident = str(record.values["crew"]), record.incident.partition("/")[2]
                sys.stdout.write(words.say("positions", "arrived", {"crew": crew, "incident": incident}) + "\n")

        with _until_ended() as ended:
            listen(listener, inbox, feeds, ended=ended.is_set, each=look_for_arrivals)
        _note(0)


@contextmanager
def _until_ended() -> Iterator[threading.Event]:
    """An event that is set when the process is asked to end: what was heard is written down before."""
    ended = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield ended
        return
    before = {one: signal.signal(one, lambda *_: ended.set()) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield ended
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _record(told: Positions) -> dict[str, object]:
    now = now_ms()
    crews = {}
    for name, one in told.crews.items():
        if one.last is not None and one.seen_ms is not None:
            age_s = max(0.0, (now - one.seen_ms) / 1000)
            crews[name] = {
                "x_m": round(one.last.x_m, 1),
                "y_m": round(one.last.y_m, 1),
                "at_ms": one.last.at_ms,
                "age_s": round(age_s, 1),
                "stale": age_s > STALE_S,
                "clock_behind_s": None if one.skew_s is None else round(one.skew_s, 1),
            }
    return {"crews": crews}


def _lines(told: Positions, words: Words) -> list[str]:
    now, lines = now_ms(), []
    for name, one in told.crews.items():
        if one.last is None or one.seen_ms is None:
            continue
        age_s = max(0.0, (now - one.seen_ms) / 1000)
        detail = {"crew": name, "place": coordinate(one.last.x_m, one.last.y_m), "minutes": number(age_s / 60, 1)}
        line = words.say("positions", "stale" if age_s > STALE_S else "fresh", detail)
        if one.skew_s is not None:
            code = "clock_behind" if one.skew_s > 0 else "clock_ahead"
            line += words.say("positions", code, {"seconds": number(abs(one.skew_s))})
        lines.append(line)
    return lines or [words.say("positions", "none")]
