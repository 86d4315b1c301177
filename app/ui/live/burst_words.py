"""What a proposed burst is said to rest on, in sentences of the language in force."""

from __future__ import annotations

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
FAR_APART = 2.0
"""House value: sizes that differ by more than this are two sizes."""
WORTH_COMPARING_M3_H = 40.0
"""House value: a balance below this is within what a city's day strays by."""


def burst_facts(words: Words, burst: BurstSeen) -> list[str]:
    """Sentences about *burst*: since when, where, how large, what flow meters and known work say, what would help."""
    began = QCoreApplication.translate("BurstFacts", "Began about {since}, told {told}.")
    if burst.is_at_latest:
        began = QCoreApplication.translate("BurstFacts", "Began {since} at the latest, told {told}.")
    found = [began.format(since=_clock(burst.since_ms), told=_clock(burst.at_ms))]
    if burst.way is not Way.PRESSURE:
        found.append(way_words(burst))
    if burst.zone is not None:
        found.append(zone_words(burst.zone))
    found += [inflow_words(told) for told in burst.inflows if is_worth_saying(told)]
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
        found.append(told.format(pipe=more.pipe, after=round(more.after), before=round(more.before)))
    return found


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
        "Zone of {count} mains, {length} km ({share} % of all), with 80 %; first in rank: {first}. "
        "{low} to {high} m³/h, with 80 %.",
    )
    if len(zone.pipes) == 1:
        told = QCoreApplication.translate(
            "BurstFacts",
            "Zone of one main, {length} km ({share} % of all), with 80 %: {first}. {low} to {high} m³/h, with 80 %.",
        )
    ranked = zip(zone.pipes[:FIRST_IN_RANK], zone.probability[:FIRST_IN_RANK].tolist(), strict=True)
    first = ", ".join(f"{pipe} {formats.number(100.0 * share, 0)} %" for pipe, share in ranked)
    return told.format(
        count=len(zone.pipes),
        length=formats.number(zone.length_m / 1000.0, 1),
        share=formats.number(100.0 * zone.share, 0 if zone.share >= SMALL_SHARE else 1),
        first=first,
        low=_flow(zone.flow_m3_h[0]),
        high=_flow(zone.flow_m3_h[1]),
    )


def is_worth_saying(told: InflowTold) -> bool:
    """Whether flow meters say anything."""
    return told.over_m3_h == told.over_m3_h or told.is_high


def inflow_words(told: InflowTold) -> str:
    """What flow meters say of an area."""
    area = told.area
    if area == WHOLE_CITY:
        area = QCoreApplication.translate("BurstFacts", "all sources")
    since = QCoreApplication.translate("BurstFacts", "Flow balance, {area}: {over} m³/h against the usual since then")
    said = since.format(area=area, over=_signed(told.over_m3_h))
    if told.usual_m3_h == told.usual_m3_h:
        night = QCoreApplication.translate("BurstFacts", "last night {night} m³/h, usually {usual} ± {spread}")
        said += "; " + night.format(
            night=_flow(told.night_m3_h),
            usual=_flow(told.usual_m3_h),
            spread=_flow(told.spread_m3_h),
        )
    return said + QCoreApplication.translate("BurstFacts", ".")


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


def _flow(flow_m3_h: float) -> str:
    return formats.number(flow_m3_h, 0 if abs(flow_m3_h) >= SMALL_M3_H else 1)


def _signed(value: float) -> str:
    return ("+" if value > 0.0 else "") + _flow(value)
