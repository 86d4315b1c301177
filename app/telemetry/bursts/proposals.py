"""Bursts that the watch has told, kept in ``telemetry/burst-watch.json`` with where the watch stands."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from app.errors import AppError
from app.telemetry.bursts.flows import FlowStanding
from app.telemetry.bursts.places import Evidence, spread_of_mean
from app.telemetry.bursts.told import BurstTold, Way
from app.telemetry.bursts.watch import NEVER_MS, Detection, Rule, Standing
from app.telemetry.setup import FOLDER
from app.telemetry.shared_entries import BurstJudged
from network.columns import Float64

FILE: Final = "burst-watch.json"
MOST: Final = 200
"""So many are kept, the latest."""
_AT_ONCE_MS: Final = 3_600_000
"""House value: when a burst began is told no better than this."""


@dataclass(frozen=True)
class Proposal(BurstTold):
    """A burst with what the search for its place goes by.

    Attributes:
        ends: Whether it tells that a burst is over.
        ticks: Over how many ticks the shift was taken.
        shift_m, level_m: By logger, what was left over since, and what stood already; NaN where nothing was read.
        over_m3_h, stood_m3_h: By metered area, inflow left over since, and what stood already of the watch that told
            it; empty where no area is watched.
        flow_ticks: Over how many ticks of the flow balance *over_m3_h* was taken.
    """

    ends: bool
    ticks: int
    shift_m: tuple[float, ...]
    level_m: tuple[float, ...]
    over_m3_h: tuple[float, ...] = field(default=(), kw_only=True)
    stood_m3_h: tuple[float, ...] = field(default=(), kw_only=True)
    flow_ticks: int = field(default=0, kw_only=True)

    def evidence(self, rule: Rule) -> Evidence:
        """What the search for its place goes by."""
        shift_m = np.array(self.shift_m, dtype=np.float64)
        known = np.isfinite(shift_m)
        return Evidence(shift_m, spread_of_mean(rule.quiet_m, self.ticks), rule.neighbours.transform(known))


def levels_before(told: Iterable[Proposal], one: Proposal, hold_ms: int) -> list[tuple[int, Float64]]:
    """From when on what stood of the watch that told *one*, the oldest first: each burst *told* before added to it.

    Args:
        told: Everything that was told.
        one: The last whose level is asked for.
        hold_ms: So long after a burst was told it does not stand yet.
    """
    chain = sorted((each for each in told if each.way is one.way and each.at_ms < one.at_ms), key=lambda e: e.at_ms)
    begins_ms = [NEVER_MS, *(each.at_ms + hold_ms for each in chain)]
    levels = [each.level_m if one.way is Way.PRESSURE else each.stood_m3_h for each in (*chain, one)]
    return [(at_ms, np.array(level, dtype=np.float64)) for at_ms, level in zip(begins_ms, levels, strict=True)]


def proposal_of(found: Detection, loggers: tuple[str, ...], tick_ms: int) -> Proposal:
    """*found* as it is kept; it could be told when its tick was over."""
    return Proposal(
        id=f"burst {found.at_ms + tick_ms}",
        at_ms=found.at_ms + tick_ms,
        since_ms=found.since_ms,
        logger=loggers[found.logger],
        side=found.side,
        height=found.height,
        ends=found.ends,
        ticks=(found.at_ms - found.since_ms) // tick_ms + 1,
        shift_m=tuple(found.evidence.shift_m.tolist()),
        level_m=tuple(found.level_m.tolist()),
    )


def is_at_latest(one: Proposal, all_told: Iterable[Proposal], rule: Rule) -> bool:
    """Whether *one* began as soon as the hold after an earlier one of *all_told* was over: then rather within it."""
    hold_ms = round(rule.hold * rule.tick_s * 1000)
    return any(0 <= one.since_ms - other.at_ms - hold_ms < _AT_ONCE_MS for other in all_told)


def same_burst(judged: BurstJudged, proposals: Iterable[Proposal]) -> str:
    """What the burst that was judged at another console is called here; its own name where it was not told here.

    Consoles that were taught apart tell the same burst hours apart. After one was told a watch tells no other for a
    day, so that what overlaps is the same, unless meters of another area told it.
    """
    alike = [
        one
        for one in proposals
        if not one.ends and one.side == judged.side and one.since_ms <= judged.at_ms and judged.since_ms <= one.at_ms
        if not judged.way or _place_of(one.way, one.area) == _place_of(judged.way, judged.area)
    ]
    named = [one.id for one in alike if one.id == judged.id] or [one.id for one in alike]
    return named[-1] if named else judged.id


def _place_of(way: str, area: str) -> tuple[bool, str]:
    """Balance and night flow of an area tell the same; pressures name none."""
    return way == Way.PRESSURE, area


@dataclass(frozen=True, eq=False)
class WatchState:
    """Where the watch of a city stands.

    Attributes:
        made_ms: Of what was learned then; another rule begins anew.
        standing: Between two looks.
        proposals: The oldest first.
        flows: Where the watch of inflow stands; None where no area is watched.
    """

    made_ms: int
    standing: Standing
    proposals: tuple[Proposal, ...] = field(default_factory=tuple)
    flows: FlowStanding | None = None

    def save(self, workspace: Path) -> None:
        """Write it into the folder *workspace*, whole or not at all."""
        record = {
            "made_ms": self.made_ms,
            **_standing_record(self.standing),
            "flows": None
            if self.flows is None
            else [_standing_record(one) for one in (self.flows.balance, self.flows.nights)],
            "proposals": [_record_of(one) for one in self.proposals[-MOST:]],
        }
        partial = workspace / FOLDER / f".partial-{FILE}"
        partial.write_text(json.dumps(record, indent=1, allow_nan=False) + "\n", encoding="utf-8")
        partial.replace(workspace / FOLDER / FILE)

    @classmethod
    def load(cls, workspace: Path, made_ms: int, loggers: int, areas: int = 0) -> WatchState:
        """Where the watch stood; at the beginning where nothing is kept, or another rule was learned since.

        *areas* is how many metered ones are watched besides the *loggers*.

        Raises:
            AppError: ``bursts.damaged``.
        """
        path = workspace / FOLDER / FILE
        begun = FlowStanding.begin(areas) if areas else None
        fresh = cls(made_ms, Standing.begin(loggers), flows=begun)
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
            told = tuple(_proposal_from(each) for each in record["proposals"])
            if record["made_ms"] != made_ms or len(record["level_m"]) != loggers:
                # What was proposed rests on the rule before, and is not to be explained by this one.
                return fresh
            flows = [_standing_from(one) for one in record.get("flows") or ()]
            kept = FlowStanding(*flows) if flows else begun
            return cls(made_ms, _standing_from(record), told, kept)
        except FileNotFoundError:
            return fresh
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise AppError("bursts.damaged", path=str(path), reason=str(error)) from error


def _standing_record(standing: Standing) -> dict[str, Any]:
    return {
        "told_ms": standing.told_ms,
        "level_m": standing.level_m.tolist(),
        "is_settled": standing.is_settled,
    }


def _standing_from(record: dict[str, Any]) -> Standing:
    level_m = np.array(record["level_m"], dtype=np.float64)
    # Files of earlier versions do not tell: what they hold is settled with the next look.
    return Standing(int(record["told_ms"]), level_m, bool(record.get("is_settled", False)))


_BY_ROW: Final = ("shift_m", "level_m", "over_m3_h", "stood_m3_h")


def _record_of(one: Proposal) -> dict[str, Any]:
    rows = {name: [value if math.isfinite(value) else None for value in getattr(one, name)] for name in _BY_ROW}
    return {**vars(one), **rows}


def _proposal_from(record: dict[str, Any]) -> Proposal:
    rows = {
        name: tuple(float("nan") if value is None else float(value) for value in record.get(name, ()))
        for name in _BY_ROW
    }
    return Proposal(**{**record, **rows, "way": Way(record.get("way", Way.PRESSURE))})


def begins_ms(standing: Standing, learned_until_ms: int, now_ms: int, longest_ms: int) -> int:
    """From when on readings are looked at: since the last burst, at most *longest_ms* back once it is settled."""
    if standing.told_ms == NEVER_MS:
        return max(learned_until_ms, now_ms - longest_ms)
    return max(standing.told_ms, now_ms - longest_ms) if standing.is_settled else standing.told_ms
