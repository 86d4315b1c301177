"""How mains are put back into service: filled through one small valve, flushed from it, and opened to the rest."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from network.answers import IsolationPlan
from network.cutoff import taken_out
from network.flushing import Flushing, flush_from
from network.grouping import flags
from network.held_open import fed_from, without_links
from network.normal_positions import Return, returns_of
from network.outlets import WaterPace
from network.region_ways import RegionWays
from network.supply import SupplyModel
from network.waypoints import Points


@dataclass(frozen=True, eq=False)
class Refilling:
    """Putting isolated mains back into service.

    Attributes:
        feed: The valve through which they are filled and flushed, device row; -1 where no valve of the plan has water
            behind it.
        feed_turns: How far it is opened at first.
        fills_m3: Water that goes in through it; mains of unknown diameter not counted.
        rest_m: Length of isolated main that it does not reach: filled when the other valves are opened.
        rate_m3_s: At the velocity of filling in a main of the feed's size; NaN where that is not recorded.
        seconds: How long filling takes; None where there is no feed or its rate is not known.
        opening: The valves in the order in which they are opened, the feed first, and where each is left.
        flushing: Where and how to flush, through the feed alone.
        must_flush: True where water from customers' tanks, wells or higher ground may have run back.
    """

    feed: int
    feed_turns: float
    fills_m3: float
    rest_m: float
    rate_m3_s: float
    seconds: float | None
    opening: tuple[Return, ...]
    flushing: Flushing
    must_flush: bool


@dataclass(frozen=True)
class _Feed:
    """A valve through which the mains could be filled.

    Attributes:
        point: Where its water comes in.
        supplied: True where there is supply behind it; False: only storage.
        rate_m3_s: NaN where the diameter is not recorded.
        fills_m3, length_m: Of the mains that it reaches.
        elevation_m: Infinite where not known.
    """

    device: int
    point: int
    supplied: bool
    rate_m3_s: float
    fills_m3: float
    length_m: float
    elevation_m: float

    @property
    def seconds(self) -> float:
        """Time of filling; infinite where the rate is not known."""
        return math.inf if math.isnan(self.rate_m3_s) else self.fills_m3 / self.rate_m3_s


_NO_FEED = _Feed(-1, 0, supplied=False, rate_m3_s=math.nan, fills_m3=0.0, length_m=0.0, elevation_m=math.inf)


def refill(model: SupplyModel, plan: IsolationPlan, closed: Sequence[int], pace: WaterPace | None = None) -> Refilling:
    """How to fill, flush and open again what *plan* isolates, once the work is done.

    The feed is the smallest valve from which water reaches all that any one valve reaches, in no more than the longest
    filling time; of equal ones the lowest, for air is pushed out upwards. Afterwards valves are opened small before
    large, otherwise the last closed first.

    Args:
        model: What *plan* was made from.
        plan: Of :func:`~network.isolation.plan_isolation`.
        closed: All valves that were closed for it, device rows in the order of closing.
        pace: House values.
    """
    pace = pace or WaterPace()
    ways = RegionWays.of(model, plan.isolated_segments)
    feeds = _feeds(model, plan, ways, closed, pace)
    feed = _best(feeds, pace) if feeds else _NO_FEED
    return Refilling(
        feed=feed.device,
        feed_turns=pace.first_turns,
        fills_m3=feed.fills_m3,
        rest_m=max(float(ways.length_m.sum()) - feed.length_m, 0.0),
        rate_m3_s=feed.rate_m3_s,
        seconds=feed.seconds if math.isfinite(feed.seconds) else None,
        opening=_in_order(model, closed, feed.device),
        flushing=flush_from(ways, feed.point if feeds else None, pace),
        must_flush=bool(plan.drain_back),
    )


def _feeds(
    model: SupplyModel, plan: IsolationPlan, ways: RegionWays, closed: Sequence[int], pace: WaterPace
) -> list[_Feed]:
    """Valves of ``plan.close`` through which water comes into the region when they alone are opened."""
    segmentation, links = model.structure.segmentation, model.structure.links
    supplied = taken_out(model, plan.region).supplied
    region, passable = flags(segmentation.count, plan.region), without_links(model, tuple(closed))
    found = []
    for link in links.rows_of(np.array(plan.close, dtype=np.int64)).tolist():
        device = int(links.device[link])
        sides = (int(links.side_a[link]), int(links.side_b[link]))
        at = 0 if region[sides[0]] else 1
        # Through valves on the dead side, which stay open, water leaves the region and may come into it again.
        reached = fed_from(model, np.array([sides[at]], dtype=np.int32), passable, supplied)
        rows = np.isin(segmentation.part_segment[ways.parts], reached)
        point = Points(segmentation).of_device(device)[at]
        found.append(
            _Feed(
                device=device,
                point=point,
                supplied=bool(supplied[sides[1 - at]]),
                rate_m3_s=pace.fill_m_s * math.pi / 4e6 * _bore_mm(model, ways, device, point) ** 2,
                fills_m3=float(np.nansum(ways.volume_m3[rows])),
                length_m=float(ways.length_m[rows].sum()),
                elevation_m=_level(ways, point),
            )
        )
    return found


def _bore_mm(model: SupplyModel, ways: RegionWays, device: int, point: int) -> float:
    """Of the valve; where that is not recorded, of the main behind it; NaN where neither is."""
    dn_mm = int(model.city.network.devices.dn_mm[device])
    if dn_mm > 0:
        return float(dn_mm)
    bores = ways.bore_mm[(ways.start == point) | (ways.end == point)]
    return float(bores[0]) if len(bores) else math.nan


def _level(ways: RegionWays, point: int) -> float:
    levels = np.concatenate([ways.start_z_m[ways.start == point], ways.end_z_m[ways.end == point]])
    return float(levels[0]) if len(levels) and not np.isnan(levels[0]) else math.inf


def _best(feeds: list[_Feed], pace: WaterPace) -> _Feed:
    fed = [feed for feed in feeds if feed.supplied] or feeds
    most_m = max(feed.length_m for feed in fed)
    widest = [feed for feed in fed if feed.length_m >= most_m - 1e-6]
    quick = [feed for feed in widest if feed.seconds <= pace.longest_fill_s]
    if quick:
        return min(quick, key=lambda feed: (feed.rate_m3_s, feed.elevation_m, feed.device))
    return min(widest, key=lambda feed: (feed.seconds, feed.elevation_m, feed.device))


def _in_order(model: SupplyModel, closed: Sequence[int], feed: int) -> tuple[Return, ...]:
    """The feed, then small before large, then the last closed first; those that stay closed at the end."""
    dn_mm = model.city.network.devices.dn_mm
    turn = {device: at for at, device in enumerate(closed)}
    returns = returns_of(model, closed)
    return tuple(
        sorted(
            returns,
            key=lambda back: (back.device != feed, back.position, int(dn_mm[back.device]), -turn[back.device]),
        )
    )
