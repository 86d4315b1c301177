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
from app.telemetry.bursts.places import Evidence, spread_of_mean
from app.telemetry.bursts.told import BurstTold
from app.telemetry.bursts.watch import NEVER_MS, Detection, Rule, Standing
from app.telemetry.setup import FOLDER
from app.telemetry.shared_entries import BurstJudged

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
    """

    ends: bool
    ticks: int
    shift_m: tuple[float, ...]
    level_m: tuple[float, ...]

    def evidence(self, rule: Rule) -> Evidence:
        """What the search for its place goes by."""
        shift_m = np.array(self.shift_m, dtype=np.float64)
        known = np.isfinite(shift_m)
        return Evidence(shift_m, spread_of_mean(rule.quiet_m, self.ticks), rule.neighbours.transform(known))


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
    day, so that what overlaps is the same.
    """
    alike = [
        one
        for one in proposals
        if not one.ends and one.side == judged.side and one.since_ms <= judged.at_ms and judged.since_ms <= one.at_ms
    ]
    named = [one.id for one in alike if one.id == judged.id] or [one.id for one in alike]
    return named[-1] if named else judged.id


@dataclass(frozen=True, eq=False)
class WatchState:
    """Where the watch of a city stands.

    Attributes:
        made_ms: Of what was learned then; another rule begins anew.
        standing: Between two looks.
        proposals: The oldest first.
    """

    made_ms: int
    standing: Standing
    proposals: tuple[Proposal, ...] = field(default_factory=tuple)

    def save(self, workspace: Path) -> None:
        """Write it into the folder *workspace*, whole or not at all."""
        record = {
            "made_ms": self.made_ms,
            "told_ms": self.standing.told_ms,
            "level_m": self.standing.level_m.tolist(),
            "is_settled": self.standing.is_settled,
            "proposals": [_record_of(one) for one in self.proposals[-MOST:]],
        }
        partial = workspace / FOLDER / f".partial-{FILE}"
        partial.write_text(json.dumps(record, indent=1, allow_nan=False) + "\n", encoding="utf-8")
        partial.replace(workspace / FOLDER / FILE)

    @classmethod
    def load(cls, workspace: Path, made_ms: int, loggers: int) -> WatchState:
        """Where the watch stood; at the beginning where nothing is kept, or another rule was learned since.

        Raises:
            AppError: ``bursts.damaged``.
        """
        path = workspace / FOLDER / FILE
        fresh = cls(made_ms, Standing.begin(loggers))
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
            told = tuple(_proposal_from(each) for each in record["proposals"])
            if record["made_ms"] != made_ms or len(record["level_m"]) != loggers:
                # What was proposed rests on the rule before, and is not to be explained by this one.
                return fresh
            level_m = np.array(record["level_m"], dtype=np.float64)
            # Files of earlier versions do not tell: what they hold is settled with the next look.
            standing = Standing(int(record["told_ms"]), level_m, bool(record.get("is_settled", False)))
            return cls(made_ms, standing, told)
        except FileNotFoundError:
            return fresh
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise AppError("bursts.damaged", path=str(path), reason=str(error)) from error


def _record_of(one: Proposal) -> dict[str, Any]:
    shift_m = [value if math.isfinite(value) else None for value in one.shift_m]
    return {**vars(one), "shift_m": shift_m, "level_m": list(one.level_m)}


def _proposal_from(record: dict[str, Any]) -> Proposal:
    shift_m = tuple(float("nan") if value is None else float(value) for value in record["shift_m"])
    return Proposal(**{**record, "shift_m": shift_m, "level_m": tuple(record["level_m"])})


def begins_ms(state: WatchState, learned_until_ms: int, now_ms: int, longest_ms: int) -> int:
    """From when on readings are looked at: since the last burst, at most *longest_ms* back once it is settled."""
    told_ms = state.standing.told_ms
    if told_ms == NEVER_MS:
        return max(learned_until_ms, now_ms - longest_ms)
    return max(told_ms, now_ms - longest_ms) if state.standing.is_settled else told_ms
