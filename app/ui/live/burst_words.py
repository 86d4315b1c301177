"""What a proposed burst is said to rest on, in sentences of the language in force."""

from __future__ import annotations

import math
from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication

from app.messages import Words, formats
from app.telemetry.alarms import AlarmState
from app.telemetry.bursts.inflow import WHOLE_CITY, InflowTold
from app.telemetry.bursts.known_work import KnownWork
from app.telemetry.bursts.picture import BurstSeen, WatchFacts, Zone
from app.telemetry.bursts.told import Way
from app.ui.dispatch.model import moment_of

FIRST_IN_RANK = 3
SMALL_M3_H = 10.0
"""Less is told with its tenths: a small main's whole flow is no "0"."""
SMALL_SHARE = 0.1
OTHER_AREAS = 2
FAR_APART = 2.0
"""House value: sizes that differ by more than this are two sizes."""
WORTH_COMPARING_M3_H = 40.0
"""House value: a balance below this is within what a city's day strays by."""


def burst_facts(words: Words, burst: BurstSeen) -> list[str]:
    """Sentences about *burst*: since when, where, how large, what flow meters and known work say, what would help."""
    found = [_began(burst)]
    if burst.way is not Way.PRESSURE:
        found.append(way_words(burst))
    if burst.zone is not None:
        found.append(zone_words(burst.zone))
    found += [inflow_words(told) for told in worth_saying(burst)]
    if burst.zone is not None and are_apart(burst.zone, burst.inflows):
        told = QCoreApplication.translate(
            "BurstFacts", "Pressures and flow balance tell different sizes: do not rely on the zone, look beyond it."
        )
        found.append(told)
    if burst.works:
        told = QCoreApplication.translate("BurstFacts", "Known work nearby at that time: {works}.")
        if burst.state is AlarmState.SUPPRESSED:
            told = QCoreApplication.translate("BurstFacts", "Explained by known work nearby: {works}.")
        found.append(told.format(works=works_told(words, burst.works)))
    if burst.lapsed:
        told = QCoreApplication.translate(
            "BurstFacts", "By the records this runs nearby still, for too long to be left out: {works}."
        )
        found.append(told.format(works=works_told(words, burst.lapsed, is_open=True)))
    if burst.zone is not None and burst.zone.one_more is not None:
        more = burst.zone.one_more
        told = QCoreApplication.translate(
            "BurstFacts", "One more logger at main {pipe} would leave about {after} of these {before} mains."
        )
        found.append(told.format(pipe=more.pipe, after=max(1, round(more.after)), before=round(more.before)))
    return found


def _began(burst: BurstSeen) -> str:
    since = _clock(burst.since_ms)
    began = QCoreApplication.translate("BurstFacts", "Began about {since}, told {told}.")
    if burst.way is Way.NIGHT:
        # It is watched once a night: that it began at two nobody knows.
        since = _day(burst.since_ms)
        began = QCoreApplication.translate("BurstFacts", "Seen since the night of {since}, told {told}.")
    elif burst.is_at_latest:
        began = QCoreApplication.translate("BurstFacts", "Began {since} at the latest, told {told}.")
    return began.format(since=since, told=_clock(burst.at_ms))


def area_name(area: str) -> str:
    """A metered area for people."""
    if area == WHOLE_CITY:
        return QCoreApplication.translate("BurstFacts", "mains outside metered DMAs")
    return QCoreApplication.translate("BurstFacts", "DMA {area}").format(area=area)


def way_words(burst: BurstSeen) -> str:
    """By which flow it was found."""
    told = QCoreApplication.translate("BurstFacts", "Told by the flow balance: more flows into {area} than is usual.")
    if burst.way is Way.NIGHT:
        told = QCoreApplication.translate("BurstFacts", "Told by the night flow: more flows into {area} than is usual.")
    return told.format(area=area_name(burst.area))


def are_apart(zone: Zone, inflows: Iterable[InflowTold]) -> bool:
    """Whether the balance of all that sources give is :data:`FAR_APART` times beyond the sizes that the zone tells."""
    for told in inflows:
        if told.area == WHOLE_CITY and told.over_m3_h > WORTH_COMPARING_M3_H:
            low, high = zone.flow_m3_h
            return not low / FAR_APART <= told.over_m3_h <= high * FAR_APART
    return False


def zone_words(zone: Zone) -> str:
    """Where it may be: never one place."""
    told = QCoreApplication.translate(
        "BurstFacts",
        "Zone of {count} mains, {length} ({share} of all), with 80 %; first in rank: {first}. "
        "{low} to {high} m³/h, with 80 %.",
    )
    if len(zone.pipes) == 1:
        told = QCoreApplication.translate(
            "BurstFacts",
            "Zone of one main, {length} ({share} of all), with 80 %: {first}. {low} to {high} m³/h, with 80 %.",
        )
    ranked = zip(zone.pipes[:FIRST_IN_RANK], zone.probability[:FIRST_IN_RANK].tolist(), strict=True)
    first = ", ".join(f"{pipe} {_percent(share)}" for pipe, share in ranked)
    return told.format(
        count=len(zone.pipes),
        length=_length(zone.length_m),
        share=_percent(zone.share, 0 if zone.share >= SMALL_SHARE else 1),
        first=first,
        low=_flow(zone.flow_m3_h[0]),
        high=_flow(zone.flow_m3_h[1]),
    )


def worth_saying(burst: BurstSeen) -> list[InflowTold]:
    """Inflow of the area that told it and of the city, then of the :data:`OTHER_AREAS` that draw most more."""
    own = WHOLE_CITY if burst.way is Way.PRESSURE else burst.area
    known = [told for told in burst.inflows if _inflow_parts(told)]
    first = sorted((told for told in known if told.area in {own, WHOLE_CITY}), key=lambda told: told.area != own)
    others = [told for told in known if told.area not in {own, WHOLE_CITY} and (told.is_high or told.over_m3_h > 0.0)]
    return [*first, *sorted(others, key=lambda told: (not told.is_high, -told.over_m3_h))[:OTHER_AREAS]]


def inflow_words(told: InflowTold) -> str:
    """What flow meters say of an area; what they do not know is left out, or said to be unknown."""
    area = told.area
    if area == WHOLE_CITY:
        area = QCoreApplication.translate("BurstFacts", "all sources")
    said = QCoreApplication.translate("BurstFacts", "Flow meters, {area}: {told}.")
    between = QCoreApplication.translate("BurstFacts", "; ")
    return said.format(area=area, told=between.join(_inflow_parts(told)))


def _inflow_parts(told: InflowTold) -> list[str]:
    found = []
    if math.isfinite(told.over_m3_h):
        since = QCoreApplication.translate("BurstFacts", "{over} m³/h against the usual since then")
        found.append(since.format(over=_signed(told.over_m3_h)))
    if not math.isfinite(told.usual_m3_h):
        return found
    night = QCoreApplication.translate(
        "BurstFacts", "night of {day} (2 to 4) {night} m³/h, before usually {usual} ± {spread}"
    )
    if told.night_ms is None:
        night = QCoreApplication.translate(
            "BurstFacts", "no night (2 to 4) since then yet, before usually {usual} ± {spread} m³/h"
        )
    elif not math.isfinite(told.night_m3_h):
        night = QCoreApplication.translate(
            "BurstFacts", "night of {day} (2 to 4) unknown, a meter was silent; before usually {usual} ± {spread} m³/h"
        )
    day = "" if told.night_ms is None else _day(told.night_ms)
    usual, spread = _flow(told.usual_m3_h), _flow(told.spread_m3_h)
    return [*found, night.format(day=day, night=_flow(told.night_m3_h), usual=usual, spread=spread)]


def works_told(words: Words, works: Iterable[KnownWork], *, is_open: bool = False) -> str:
    """Known work with its times; of what *is_open* the beginning alone."""
    return ", ".join(
        f"{_work(words, work)} {_clock(work.from_ms)}–{'' if is_open else _clock(work.until_ms)}" for work in works
    )


def _work(words: Words, work: KnownWork) -> str:
    detail = dict(work.detail)
    if "purpose" in detail:
        detail["purpose"] = words.name("hydrant_purpose", str(detail["purpose"]))
    return words.say("known_work", work.code, detail)


def watch_parts(
    words: Words,
    facts: WatchFacts | None,
    works: tuple[KnownWork, ...],
    lapsed: tuple[KnownWork, ...] = (),
    *,
    learns: bool,
) -> list[str]:
    """How the watch stands, what matters most first."""
    if learns:
        return [QCoreApplication.translate("BurstFacts", "Burst watch: learning what is usual …")]
    if facts is None:
        return [QCoreApplication.translate("BurstFacts", "Burst watch: has learned nothing yet")]
    found = [QCoreApplication.translate("BurstFacts", "Burst watch: {count} loggers").format(count=facts.loggers)]
    if works:
        left_out = QCoreApplication.translate("BurstFacts", "left out: {works}")
        found.append(left_out.format(works=works_told(words, works)))
    if lapsed:
        too_long = QCoreApplication.translate("BurstFacts", "open too long, not left out any more: {works}")
        found.append(too_long.format(works=works_told(words, lapsed, is_open=True)))
    if facts.newer:
        newer = QCoreApplication.translate("BurstFacts", "newer and not watched: {count}; teach it again")
        found.append(newer.format(count=facts.newer))
    if facts.newer_areas:
        newer = QCoreApplication.translate("BurstFacts", "metered areas not watched yet: {count}; teach it again")
        found.append(newer.format(count=facts.newer_areas))
    if facts.areas:
        inflow = QCoreApplication.translate("BurstFacts", "metered areas: {count}")
        found.append(inflow.format(count=facts.areas))
    learned = QCoreApplication.translate("BurstFacts", "learned {since} to {until}")
    since, until = (f"{moment_of(at_ms):%m-%d}" for at_ms in (facts.since_ms, facts.until_ms))
    once = QCoreApplication.translate("BurstFacts", "one false alarm in {days} days")
    days = formats.number(facts.budget_s / 86_400.0, 0)
    return [*found, learned.format(since=since, until=until), once.format(days=days)]


def _clock(at_ms: int) -> str:
    return f"{moment_of(at_ms):%m-%d %H:%M}"


def _day(at_ms: int) -> str:
    return f"{moment_of(at_ms):%m-%d}"


def _percent(share: float, decimals: int = 0) -> str:
    """What is there is no "0 %"."""
    least = 10.0**-decimals
    if share > 0.0 and 100.0 * share < least / 2.0:
        return f"<{formats.number(least, decimals)} %"
    return f"{formats.number(100.0 * share, decimals)} %"


def _length(length_m: float) -> str:
    return formats.length(length_m) if length_m < 1000.0 else f"{formats.number(length_m / 1000.0, 1)} km"


def _flow(flow_m3_h: float) -> str:
    return formats.number(flow_m3_h, 0 if abs(flow_m3_h) >= SMALL_M3_H else 1)


def _signed(value: float) -> str:
    return ("+" if value > 0.0 else "") + _flow(value)
