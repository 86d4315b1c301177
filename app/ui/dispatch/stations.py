"""Pump stations that an incident hits: who is dry at once, who lives on storage how long, and what to do there."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal

from app.dispatch.entries import IncidentKind
from app.dispatch.facts import FactKind, as_corrected
from app.dispatch.sheet import Sheet
from app.dispatch.stations import AFTER_FLUSHING, ChoreState, StationHit
from app.messages import Words, formats
from app.ui.dispatch.model import moment_of
from app.ui.look import Look
from app.ui.tables import Column, Table
from app.ui.widgets import Section, chip

_MOST_ROWS = 6
_MINUTE_MS = 60_000


@dataclass(frozen=True)
class StationLine:
    """A station as it stands at a moment.

    Attributes:
        told: Out at once, or on storage until when.
        tone: Colour token of that.
    """

    hit: StationHit
    told: str
    tone: str


@dataclass(frozen=True)
class ChoreLine:
    """One thing to be done at a station.

    Attributes:
        station: Its name.
        waits: Whether the main must be flushed first.
    """

    state: ChoreState
    station: str
    waits: bool


def dry_since_ms(sheet: Sheet) -> int | None:
    """Since when stations get no water: the stop, or the failure itself; None while water still comes."""
    stopped = [fact.at_ms for fact in as_corrected(sheet.incident.facts) if fact.kind is FactKind.WATER_OFF]
    if stopped:
        return min(stopped)
    failed = sheet.incident.attributes.get("kind") == IncidentKind.STATION_FAILURE
    return sheet.incident.opened[0].eff_at_ms if failed else None


def station_lines(sheet: Sheet, now_ms: int, words: Words) -> tuple[StationLine, ...]:
    """The stations that *sheet*'s incident hits."""
    since_ms = dry_since_ms(sheet)
    return tuple(StationLine(hit, *standing_words(hit, since_ms, now_ms, words)) for hit in sheet.stations)


def standing_words(hit: StationHit, since_ms: int | None, now_ms: int, words: Words) -> tuple[str, str]:
    """Whether a station is out or on storage until when, with its colour; *since_ms* None while water still comes."""
    if hit.direct:
        return words.say("station_hit", "out" if since_ms is not None else "goes_out"), "red_text"
    if hit.lasts_s is None:
        return words.say("station_hit", "storage_unknown", {"storage": formats.number(hit.storage_m3)}), "amber_text"
    lasts = f"{int(hit.lasts_s // 3600)}:{int(hit.lasts_s % 3600 // 60):02d}"
    if since_ms is None:
        return words.say("station_hit", "lasts", {"time": lasts}), "t1"
    empty_ms = since_ms + round(hit.lasts_s * 1000)
    until = f"{moment_of(empty_ms):%H:%M}"
    if empty_ms <= now_ms:
        return words.say("station_hit", "empty", {"time": until}), "red_text"
    left = formats.number((empty_ms - now_ms) // _MINUTE_MS)
    return words.say("station_hit", "until", {"time": until, "left": left}), "amber_text"


def chore_lines(sheet: Sheet) -> tuple[ChoreLine, ...]:
    """What is to be done at the stations, what is not done yet first."""
    names = {hit.station: hit.name or hit.station for hit in sheet.stations}
    flushed = any(fact.kind is FactKind.FLUSHING_DONE for fact in as_corrected(sheet.incident.facts))
    rows = [
        ChoreLine(one, names.get(one.station, one.station), one.chore in AFTER_FLUSHING and not flushed)
        for one in sheet.checklist
    ]
    return tuple(sorted(rows, key=lambda row: (row.state.done is not None, row.waits)))


class StationsSection(Section):
    """Stations and their checklist; hidden where an incident hits none.

    Signals:
        done: Enter on something that is to be done: its chore and station.
    """

    done = Signal(str, str)

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._look = look
        self._sheet: Sheet | None = None
        self._minute = 0
        self.header.add(chip("Ctrl+S", "key"))
        self.table = Table(look, most_rows=_MOST_ROWS)
        self.chores = Table(look, most_rows=_MOST_ROWS)
        self.chores.horizontalHeader().hide()
        self.chores.taken.connect(self._take)
        self.body.addWidget(self.table)
        self.body.addWidget(self.chores)

    def show_sheet(self, sheet: Sheet, now_ms: int) -> None:
        """Show the stations of *sheet* as they stand now."""
        self._sheet, self._minute = sheet, now_ms // _MINUTE_MS
        self.setVisible(bool(sheet.stations))
        if not sheet.stations:
            return
        words = self._look.words
        self.table.fill(_columns(words), station_lines(sheet, now_ms, words))
        households = formats.number(sum(hit.households for hit in sheet.stations))
        self.header.note.set_text(words.say("station_hit", "households", {"count": households}))
        at = self.chores.currentIndex().row()
        lines = chore_lines(sheet)
        self.chores.fill(_chore_columns(words), lines)
        if lines:
            self.chores.selectRow(min(max(at, 0), len(lines) - 1))

    def tick(self, now_ms: int) -> None:
        """Tanks run empty by the minute."""
        if self._sheet is not None and now_ms // _MINUTE_MS != self._minute:
            self.show_sheet(self._sheet, now_ms)

    def _take(self, line: ChoreLine) -> None:
        if line.state.done is None:
            self.done.emit(line.state.chore, line.state.station)


def _columns(words: Words) -> tuple[Column, ...]:
    return (
        Column(
            words.say("station_hit", "station"), lambda line: line.hit.name or line.hit.station, width=110, strong=True
        ),
        Column(
            words.say("station_hit", "state"),
            lambda line: line.told,
            elide=True,
            icon=lambda line: ("warning" if line.tone == "red_text" else "ring", line.tone),
            tone=lambda line: line.tone,
        ),
        Column(
            words.say("station_hit", "customers"),
            lambda line: formats.number(line.hit.customers),
            width=56,
            number=True,
        ),
        Column(
            words.say("station_hit", "critical"),
            lambda line: str(len(line.hit.critical)) if line.hit.critical else "",
            width=48,
            number=True,
            tone=lambda _line: "red_text",
        ),
    )


def _chore_columns(words: Words) -> tuple[Column, ...]:
    return (
        Column(
            "",
            lambda line: words.say("station_chore", line.state.chore),
            width=210,
            most=300,
            icon=_chore_icon,
            tone=lambda line: "t3" if line.state.done is not None or line.waits else "t1",
        ),
        Column("", lambda line: line.station, elide=True, tone=lambda _line: "t2"),
        Column(
            "",
            lambda line: (
                "" if line.state.done is not None or not line.waits else words.say("station_hit", "flush_first")
            ),
            width=96,
            tone=lambda _line: "amber_text",
        ),
    )


def _chore_icon(line: ChoreLine) -> tuple[str, str]:
    if line.state.done is not None:
        return "tick", "t3"
    return ("clock_waived", "t3") if line.waits else ("ring", "t1")
