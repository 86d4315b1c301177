"""Water drawn from hydrants in the day's log (调度日志)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

from app.dispatch.due import local_day, local_time
from app.hydrants.book import HydrantUse
from app.hydrants.entries import UseEntry, UseEvent
from app.journal import clock
from app.messages import Words
from app.messages.formats import number
from app.operations.hydrant_uses import open_uses
from app.workspace import Workspace

Row = tuple[int, list[str]]
"""When it happened, UTC milliseconds, and the cells of the log."""


def hydrant_rows(workspace: Workspace, day: date, words: Words, zone: ZoneInfo) -> Iterator[Row]:
    """All that was said of hydrants on *day*, or happened on it."""
    for use in open_uses(workspace).book.values():
        for entry in use.entries:
            at_ms, written_ms = _moment(use, entry), clock.wall_ms(entry.hlc)
            if day in (local_day(at_ms, zone), local_day(written_ms, zone)):
                yield at_ms, _cells(workspace, use, entry, (at_ms, written_ms), words, zone)


def _moment(use: HydrantUse, entry: UseEntry) -> int:
    if entry.kind is UseEvent.OPENED:
        return use.from_ms
    return int(entry.facts.get("until_ms", entry.eff_at_ms))


def _cells(
    workspace: Workspace, use: HydrantUse, entry: UseEntry, times: tuple[int, int], words: Words, zone: ZoneInfo
) -> list[str]:
    at_ms, written_ms = times
    written = "" if abs(written_ms - at_ms) < 60_000 else f"{local_time(written_ms, zone):%m-%d %H:%M}"
    detail = [use.hydrant]
    if entry is use.opened:
        detail.append(words.name("hydrant_purpose", use.purpose.value))
        if use.flow_m3_h is not None:
            detail.append(words.say("hydrant_cli", "flow", {"flow": number(use.flow_m3_h)}))
    texts = (workspace.journal.text(one) for one in entry.texts.values())
    return [
        f"{local_time(at_ms, zone):%m-%d %H:%M:%S}",
        written,
        words.name("entry_kind", entry.kind.value),
        use.number,
        " ".join(one for one in detail if one),
        "; ".join(text for text in texts if text),
        entry.actor,
    ]
