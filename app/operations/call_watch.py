"""What the calls of the last hours point at: the likely main behind "no water", and clusters of quality complaints.

Both are worked out over the whole city, so the window has a job of its own do it. Nothing is written: people decide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache

import numpy as np

from app.journal.events import milliseconds
from app.operations.outage_words import local
from app.public.book import Book, Complaint, Stage
from app.public.calls import CallsRead, LikelyMain, Warned
from app.public.entries import QUALITY, ComplaintKind
from gis.given_back import give_back
from network.call_inference import CallBasis, Suspect, call_basis, suspects
from network.call_zones import complaint_zones
from network.columns import Float64, IdColumn, Int32
from network.scan_statistic import Rate, Zones, scan, threshold
from network.supply import SupplyModel
from network.topology import City

CALLS_MS = 3 * 3_600_000
"""House: calls of "no water" so close together may be of one outage."""

FEWEST_CALLS = 2
"""House: one call is no cluster."""

ONCE_IN_DAYS = 60.0
"""House: a kind of complaint warns by chance once in so many quiet days; of four kinds, one in fifteen."""

USUAL_DAYS = 56
"""House: the usual rate is that of eight weeks before the last day."""

LEAST_A_DAY = 0.5
"""House: of a kind that hardly ever comes, a complaint in two days is taken for usual in the whole city."""

DAY_HOURS = np.array([1, 1, 1, 1, 1, 2, 5, 8, 8, 7, 6, 6, 6, 5, 5, 5, 5, 6, 6, 6, 5, 4, 3, 2], dtype=np.float64)
"""House: when people complain, by the hour of the day, as parts of their sum."""

DAY_MS = 86_400_000


def read_calls(book: Book, city: City, model_of: Callable[[], SupplyModel], now: datetime, most: int = 3) -> CallsRead:
    """Look at the calls of the last hours, and the quality complaints of the last day.

    The model, which takes seconds and hundreds of megabytes in a large city, is asked for only where there is something
    to be worked out: usually nobody has called.
    """
    now_ms = milliseconds(now)
    heard = [one for one in book.complaints.values() if one.stage is not Stage.CANCELLED and one.opened_ms <= now_ms]
    calls = [one for one in heard if one.kind is ComplaintKind.NO_WATER and one.opened_ms > now_ms - CALLS_MS]
    callers = _rows(city, calls)

    @cache
    def ready() -> tuple[SupplyModel, CallBasis]:
        model = model_of()
        basis = call_basis(model)
        give_back()
        return model, basis

    mains: tuple[LikelyMain, ...] = ()
    placed = callers[callers >= 0]
    if len(np.unique(placed)) >= FEWEST_CALLS:
        model, basis = ready()
        mains = tuple(_likely(model, one) for one in suspects(basis, placed, most))
    warnings = _warnings(city, lambda: ready()[1], heard, now_ms)
    return CallsRead(now_ms, len(calls), int((callers < 0).sum()), mains, warnings)


def _rows(city: City, complaints: Iterable[Complaint]) -> Int32:
    """Customer rows; who is named by no id is looked for by the place: the customer within 30 m."""
    told = list(complaints)
    rows = city.customers.ids.find_many(IdColumn.of([one.said("customer") for one in told]))
    for at, one in enumerate(told):
        if rows[at] < 0 and one.place_m is not None:
            away_m = np.hypot(city.customers.x_m - one.place_m[0], city.customers.y_m - one.place_m[1])
            nearest = int(np.argmin(away_m)) if len(away_m) else -1
            rows[at] = nearest if nearest >= 0 and away_m[nearest] <= 30.0 else -1
    return rows


def _likely(model: SupplyModel, one: Suspect) -> LikelyMain:
    segmentation = model.structure.segmentation
    spans = segmentation.part_spans(np.flatnonzero(segmentation.part_segment == one.segment))
    length_m = spans.end_m - spans.start_m
    order = np.argsort(-length_m, kind="stable")
    pipes = list(dict.fromkeys(spans.pipe[order].tolist()))
    x_m, y_m = _middle(model.city, pipes[0])
    names = tuple(model.city.network.pipes.ids.take(np.array(pipes)))
    return LikelyMain(names, x_m, y_m, one.out, one.calls, one.share)


def _middle(city: City, pipe: int) -> tuple[float, float]:
    offsets = city.shapes.offsets
    x_m, y_m = city.shapes.xy_m[int(offsets[pipe] + offsets[pipe + 1]) // 2]
    return float(x_m), float(y_m)


def _warnings(city: City, basis_of: Callable[[], CallBasis], heard: list[Complaint], now_ms: int) -> tuple[Warned, ...]:
    zones: Zones | None = None
    found: list[Warned] = []
    for kind in QUALITY:
        of_kind = sorted((one for one in heard if one.kind is kind), key=lambda one: (one.opened_ms, one.entity))
        fresh = [one for one in of_kind if one.opened_ms > now_ms - DAY_MS]
        if len(fresh) < FEWEST_CALLS + 1:
            continue
        zones = complaint_zones(city, basis_of()) if zones is None else zones
        usual = [one for one in of_kind if now_ms - (USUAL_DAYS + 1) * DAY_MS < one.opened_ms <= now_ms - DAY_MS]
        begun_ms = min((one.opened_ms for one in of_kind), default=now_ms)
        days = min(max((now_ms - DAY_MS - begun_ms) / DAY_MS, 1.0), float(USUAL_DAYS))
        rate = Rate(max(len(usual) / days, LEAST_A_DAY), len(city.customers), DAY_HOURS / DAY_HOURS.sum())
        warned = _warned(city, zones, rate, kind, fresh)
        found += [] if warned is None else [warned]
    return tuple(found)


def _warned(city: City, zones: Zones, rate: Rate, kind: ComplaintKind, fresh: list[Complaint]) -> Warned | None:
    """The best cluster that any of the *fresh* complaints completed, where it is beyond what quiet days bring."""
    rows = _rows(city, fresh)
    placed = np.flatnonzero(rows >= 0)
    rows, at_h = rows[placed], _hours([fresh[at] for at in placed])
    clusters = [scan(zones, rate, rows[: at + 1], at_h[: at + 1]) for at in range(len(rows))]
    best = max((one for one in clusters if one is not None), key=lambda one: one.score, default=None)
    if best is None:
        return None
    limit = threshold(zones, rate, ONCE_IN_DAYS, np.random.default_rng(20_260_312))
    if best.score <= limit:
        return None
    members = rows[list(best.complaints)]
    x_m, y_m = float(city.customers.x_m[members].mean()), float(city.customers.y_m[members].mean())
    return Warned(
        kind,
        best.level,
        _place(city, best.level, best.label, int(members[-1])),
        len(members),
        best.expected,
        fresh[int(placed[best.complaints[0]])].opened_ms,
        best.customers,
        best.score,
        limit,
        tuple(fresh[int(placed[at])].entity for at in best.complaints),
        x_m,
        y_m,
    )


def _hours(complaints: list[Complaint]) -> Float64:
    """Hours since the local midnight before the first."""
    if not complaints:
        return np.empty(0)
    first = local(complaints[0].opened_ms)
    midnight_ms = milliseconds(first.replace(hour=0, minute=0, second=0, microsecond=0))
    return np.array([(one.opened_ms - midnight_ms) / 3_600_000 for one in complaints])


def _place(city: City, level: str, label: int, row: int) -> str:
    """What people call the zone: the DMA, else the main of its latest complaint."""
    if level == "dma":
        return city.network.pipes.dma.vocabulary[label]
    pipe = int(city.customers.tap.pipe[row])
    return city.network.pipes.ids[pipe] if pipe >= 0 else city.customers.ids[row]
