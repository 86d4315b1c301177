"""What hydraulics found beside low pressures, a sentence each: what turns, what stirs, tanks, pumps, warnings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QCoreApplication

from app.messages import Words, formats
from app.sweep_requests import DayFound, Pressures, PressuresFound
from network.columns import Int32
from network.topology import City

_NAMED = 3
_EMPTY_SHARE = 0.01


@dataclass(frozen=True)
class Finding:
    """One sentence with its mark."""

    icon: str
    tone: str
    text: str


def findings(city: City, found: PressuresFound, hour: Pressures, day: DayFound | None, words: Words) -> list[Finding]:
    """Sentences for one of the two hours; what the day adds where it is there."""
    lines = [*_flow(city, hour), *_tanks(city, hour, day), *_pumps(city, hour, words)]
    codes = dict.fromkeys((*hour.warnings, *(day.warnings if day else ())))
    lines += [Finding("warning", "amber_text", words.say("hydraulic_warning", code)) for code in codes]
    if day is not None and (day.before.broken_off or day.after.broken_off):
        lines.append(
            Finding(
                "warning",
                "amber_text",
                QCoreApplication.translate("Findings", "EPANET found no balance later on: the curves end there."),
            )
        )
    if found.matched is not None:
        known, every = found.matched
        said = QCoreApplication.translate(
            "Findings", "Calibrated model: {known} of {every} nodes and links found here."
        )
        lines.append(
            Finding(
                "tick" if known == every else "warning",
                "t2" if known == every else "amber_text",
                said.format(known=formats.number(known), every=formats.number(every)),
            )
        )
    rule = QCoreApplication.translate(
        "Findings", "Dry parts are taken out first: who is out of water is decided by topology alone."
    )
    return [*lines, Finding("dot", "t3", rule)]


def _flow(city: City, hour: Pressures) -> Iterator[Finding]:
    ids = city.network.pipes.ids

    def named(rows: Int32) -> str:
        names = " · ".join(ids[row] for row in rows[:_NAMED].tolist())
        return names + (" …" if len(rows) > _NAMED else "")

    if len(hour.reversed):
        said = QCoreApplication.translate("Findings", "Flow turns round in {count} {count|main|mains}: {mains}")
        text = formats.filled(said, count=formats.number(len(hour.reversed)), mains=named(hour.reversed))
        yield Finding("warning", "amber_text", text)
    if len(hour.stirred):
        said = QCoreApplication.translate("Findings", "Sediment may be stirred in {count} {count|main|mains}: {mains}")
        text = formats.filled(said, count=formats.number(len(hour.stirred)), mains=named(hour.stirred))
        yield Finding("warning", "amber_text", text)
    if not len(hour.reversed) and not len(hour.stirred):
        yield Finding(
            "tick", "t2", QCoreApplication.translate("Findings", "No flow turns round, no sediment is stirred.")
        )


def _tanks(city: City, hour: Pressures, day: DayFound | None) -> Iterator[Finding]:
    """Hours to empty; a tank that the day empties says when."""
    names = city.network.sources.ids
    emptied = {} if day is None else _emptied_at_h(day)
    for row in np.flatnonzero(np.isfinite(hour.tank_hours)).tolist():
        if row in emptied:
            said = QCoreApplication.translate("Findings", "Tank {tank} is empty {hours} h after the water is shut off.")
            yield Finding("warning", "amber_text", said.format(tank=names[row], hours=formats.number(emptied[row], 1)))
            continue
        said = QCoreApplication.translate(
            "Findings", "Tank {tank}: {hours} h to empty at this flow ({before} h before)."
        )
        before = float(hour.tank_hours_before[row])
        text = said.format(
            tank=names[row],
            hours=formats.number(float(hour.tank_hours[row]), 1),
            before=formats.number(before, 1) if np.isfinite(before) else formats.NO_VALUE,
        )
        yield Finding("double", "t2", text)


def _emptied_at_h(day: DayFound) -> dict[int, float]:
    """Tanks that run empty after the outage has begun: hours after its beginning."""
    empty = (day.after.tank_share < _EMPTY_SHARE) & (day.after.at_h >= day.start_h)[:, None]
    rows = np.flatnonzero(empty.any(axis=0)).tolist()
    return {row: float(day.after.at_h[int(empty[:, row].argmax())]) - day.start_h for row in rows}


def _pumps(city: City, hour: Pressures, words: Words) -> Iterator[Finding]:
    for row, state in hour.pump_trouble:
        said = QCoreApplication.translate("Findings", "Pump {pump}: {state}")
        text = said.format(pump=city.network.devices.ids[row], state=words.say("pump_state", state))
        yield Finding("warning", "amber_text", text)
