"""Disputes in the operator's words; window and terminal share them."""

from __future__ import annotations

from datetime import UTC, datetime

from app.dispatch.disputes import GONE, KEPT, MOVED, About, Dispute, Side
from app.messages import Words
from app.messages.formats import NO_VALUE
from app.times import CITY_TIME


def subject(dispute: Dispute, words: Words) -> str:
    """What it is about: ``valve V2``."""
    if dispute.about is About.FEATURE:
        _, layer, feature = dispute.entity.split("/", 2)
        named = f"{words.name('layer', layer)} {feature}"
        return f"{named} · {words.name('column', dispute.name)}" if dispute.name else named
    named = words.say("dispute", dispute.about, {"id": dispute.entity.partition("/")[2]})
    return f"{named} · {words.name('attribute', dispute.name)}" if dispute.name else named


def side_text(dispute: Dispute, side: Side, words: Words) -> str:
    """Who said what, and when."""
    moment = datetime.fromtimestamp(side.at_ms / 1000, UTC).astimezone(CITY_TIME)
    told = {"who": side.who, "time": f"{moment:%m-%d %H:%M}", "said": _said(dispute, side, words)}
    return words.say("dispute", "holds" if side.holds else "side", told)


_EDITS = {MOVED: "moved", GONE: "gone", KEPT: "kept"}


def _said(dispute: Dispute, side: Side, words: Words) -> str:
    match dispute.about:
        case About.VALVE:
            return words.say("position", side.said)
        case About.COURSE:
            return words.say("course", side.said)
        case About.FEATURE:
            return words.say("dispute", _EDITS[side.said]) if side.said in _EDITS else side.said or NO_VALUE
        case About.PLAN:
            return words.say("dispute", "works" if side.said else "works_no_more", {"valves": side.said})
        case About.CREW:
            return words.say("dispute", "to" if side.said else "relieved", {"incident": side.said})
        case _:
            return words.say("incident_kind", side.said) if dispute.name == "kind" else side.said


def remedy(dispute: Dispute, words: Words) -> str:
    """How people settle it."""
    return words.say("dispute", f"settle_{dispute.about}")


def sentence_of(dispute: Dispute, words: Words) -> str:
    """All of it in one line."""
    sides = "; ".join(side_text(dispute, side, words) for side in dispute.sides)
    return words.say("dispute", "line", {"what": subject(dispute, words), "sides": sides, "do": remedy(dispute, words)})
