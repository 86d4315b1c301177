"""Planned outages in words: areas by their bounds, streets and communities, windows, and the values of notices."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from app.messages import Words
from app.messages.durations import duration_text
from app.messages.formats import date
from app.outages.book import Revision
from app.times import CITY_TIME
from gis.area_names import AreaNames, Bound, Piece

MOST_NAMED = 20
"""Streets and communities named before a notice says how many more there are."""


def local(at_ms: int) -> datetime:
    """The instant on the city's clocks."""
    return datetime.fromtimestamp(at_ms / 1000, CITY_TIME)


def moment_text(at_ms: int, words: Words) -> str:
    """Day with year and weekday, and the time; seconds where they are not nought."""
    moment = local(at_ms)
    return f"{date(moment, words.language, with_year=True)} {_clock(moment)}"


def _clock(moment: datetime) -> str:
    return f"{moment:%H:%M}" if moment.second == 0 else f"{moment:%H:%M:%S}"


def told_moment(at_ms: int, words: Words) -> str:
    """The same in the midst of a notice's sentence."""
    moment = local(at_ms)
    between = "" if words.language == "zh_CN" else " "
    return f"{_day(moment, words)}{between}{_clock(moment)}"


def window_text(start_ms: int, end_ms: int, words: Words) -> str:
    """From when until when, as notices say it: a day is named once where both lie in it."""
    start, end = local(start_ms), local(end_ms)
    days = {"start": _day(start, words), "end": _day(end, words, after=start)}
    clocks = {f"{name}_time": _clock(moment) for name, moment in (("start", start), ("end", end))}
    return words.say("notice_words", "one_day" if start.date() == end.date() else "window", {**days, **clocks})


def _day(moment: datetime, words: Words, after: datetime | None = None) -> str:
    """With its year unless that of *after* is the same."""
    told = date(moment, words.language, with_year=after is None or after.year != moment.year)
    day, _, rest = told.partition(" ")
    # A day in the midst of a Chinese sentence has its weekday in brackets.
    return f"{day}（{rest}）" if words.language == "zh_CN" else told


def bounds_text(names: AreaNames, words: Words) -> str:
    """The four bounds; of an area in pieces, those of each."""
    pieces = [_piece_text(piece, words) for piece in names.pieces]
    if len(pieces) < 2:
        return "".join(pieces)
    told = (words.say("notice_words", "piece", {"place": at, "bounds": text}) for at, text in enumerate(pieces, 1))
    return words.say("notice_words", "between_pieces").join(told)


def _piece_text(piece: Piece, words: Words) -> str:
    return words.say("notice_words", "comma").join(_bound_text(bound, words) for bound in piece.bounds)


def _bound_text(bound: Bound, words: Words) -> str:
    # Where no road bounds the area and people live beyond, it ends with their community, else with the last of those
    # who are told.
    edge = f"{bound.side.value}_edge" if bound.lived_beyond else "city_edge"
    name = bound.name or words.say("notice_words", edge)
    if bound.community:
        name = words.say("notice_words", f"{bound.side.value}_of", {"name": bound.name})
    return words.say("notice_words", bound.side.value, {"name": name})


def streets_text(names: AreaNames, words: Words) -> str:
    """Streets, those with most mains out first."""
    return _listed(names.streets, words)


def communities_text(names: AreaNames, words: Words) -> str:
    """Communities, each with whether all of it is out or a part."""
    told = [
        one.name if one.whole else words.say("notice_words", "part_of", {"name": one.name}) for one in names.communities
    ]
    return _listed(tuple(told), words)


def _listed(names: tuple[str, ...], words: Words) -> str:
    text = words.say("notice_words", "comma").join(names[:MOST_NAMED])
    more = len(names) - MOST_NAMED
    return text if more <= 0 else words.say("notice_words", "and_more", {"names": text, "count": len(names)})


def area_text(names: AreaNames, words: Words) -> str:
    """Bounds, streets and communities, a line each; what is empty is left out."""
    parts = {
        "bounds": bounds_text(names, words),
        "streets": streets_text(names, words),
        "communities": communities_text(names, words),
    }
    return "\n".join(words.say("notice_words", f"{name}_line", {"text": text}) for name, text in parts.items() if text)


def _count(value: int, words: Words) -> str:
    """A count as the public writes it in its own language."""
    return str(value) if words.language == "zh_CN" else f"{value:,}"


def notice_values(
    number_: str, plan: Revision, names: AreaNames, texts: Mapping[str, str], words: Words
) -> dict[str, str]:
    """What a notice's template may name; free words are those of the plan."""
    households = _count(plan.effect.households, words) if plan.effect.households else ""
    return {
        **{name: texts.get(name, "") for name in ("title", "reason", "supply", "traffic")},
        "start": told_moment(plan.start_ms, words),
        "end": told_moment(plan.end_ms, words),
        "window": window_text(plan.start_ms, plan.end_ms, words),
        "duration": duration_text(plan.duration_s, words),
        "area": area_text(names, words),
        "bounds": bounds_text(names, words),
        "streets": streets_text(names, words),
        "communities": communities_text(names, words),
        "households": households or words.say("recorded", "nothing"),
        "customers": _count(plan.effect.out + plan.effect.on_storage + plan.effect.low, words),
        "number": number_,
    }
