"""From typed words to acts: places are looked up, names are those that the desk shows."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from app.dispatch.acts import Act, No, TakeReport
from app.dispatch.command_reading import Misunderstood, names_of
from app.dispatch.commands import NewReport, Show, understand
from app.dispatch.view import DispatchView
from app.messages import Words
from app.operations.dispatch import DispatchDesk
from app.operations.find import find_anything
from gis.search import SearchIndex
from gis.search_hit import Hit

MOST_PLACES = 5


def report_at(new: NewReport, hit: Hit) -> TakeReport:
    """The report *new* at the place that was chosen for its words."""
    label = hit.label if not hit.detail or hit.kind in {"pipe", "coordinate"} else f"{hit.label} {hit.detail}"
    return TakeReport(
        kind=new.kind,
        x_m=hit.x_m,
        y_m=hit.y_m,
        place=label[:200],
        pipe=hit.id if hit.kind == "pipe" else "",
        customer=hit.id if hit.kind == "customer" else "",
        station=hit.id if hit.kind == "station" else "",
        severity=new.severity,
        received_ms=new.received_ms,
        dn_mm=new.dn_mm,
    )


def typed_act(
    desk: DispatchDesk, view: DispatchView, line: str, search: SearchIndex, words: Words, selected: str = ""
) -> Act | No:
    """The act that *line* asks for; of several places the best is taken, but never one found only by a slip."""
    zone = ZoneInfo(desk.board.standards.pack.zone)
    meant = understand(line, names_of(view, selected), view.now_ms, zone)
    if isinstance(meant, Misunderstood):
        slot = "" if meant.slot is None else words.say("command_slot", meant.slot)
        return No("not_understood", {"why": words.say("command_no", meant.why, {"word": meant.word, "slot": slot})})
    if isinstance(meant, Show):
        return No("shows_only", {"incident": meant.incident})
    if not isinstance(meant, NewReport):
        return meant
    hits = find_anything(search, desk.workspace.meta.crs_epsg, meant.place, MOST_PLACES)
    if not hits:
        return No("place_not_found", {"place": meant.place})
    if hits[0].near:
        known = "; ".join(dict.fromkeys(hit.label for hit in hits))
        return No("place_unsure", {"place": meant.place, "known": known})
    return report_at(meant, hits[0])
