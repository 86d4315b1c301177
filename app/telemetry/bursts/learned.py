"""What the watch of a city was taught, as kept in ``telemetry/bursts.npz``."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np

from app.errors import AppError
from app.telemetry.bursts.bands import Bands
from app.telemetry.bursts.flows import Area, FlowRule
from app.telemetry.bursts.neighbours import Neighbours
from app.telemetry.bursts.places import Signatures
from app.telemetry.bursts.watch import Rule
from app.telemetry.setup import FOLDER
from network.columns import Float64, Int64

LEARNED: Final = "bursts.npz"


@dataclass(frozen=True, eq=False)
class Candidates:
    """Places where one more logger might stand.

    Attributes:
        pipes: Id of a pipe at each.
        places_m: Shape (candidates, 2), project CRS.
        drop: Shape (pipes, candidates), metres that each falls for each m³/h of a leak on a pipe.
    """

    pipes: tuple[str, ...]
    places_m: Float64
    drop: Float64


@dataclass(frozen=True, eq=False)
class Learned:
    """Everything that the watch goes by.

    Attributes:
        loggers: Ids of the channels, in the order of all arrays.
        loggers_m: Shape (loggers, 2), project CRS.
        pipes: Ids of the pipes that come into question, in the order of *signatures*.
        made_ms: When it was learned; since_ms, until_ms: from which time; UTC milliseconds.
        budget_s: One false alarm in so long was allowed.
        used: Share of the time that was learned from: without incidents, alarms and gaps.
        flows: What inflow is watched by; None where no area is metered, and in files of earlier versions.
        area_of_pipe: Shape (pipes,), the area of *flows* that each lies in, -1 for none; empty without.
    """

    rule: Rule
    loggers: tuple[str, ...]
    loggers_m: Float64
    pipes: tuple[str, ...]
    signatures: Signatures
    candidates: Candidates
    made_ms: int
    since_ms: int
    until_ms: int
    budget_s: float
    used: float
    flows: FlowRule | None = None
    area_of_pipe: Int64 = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    @property
    def tick_ms(self) -> int:
        """Length of a tick."""
        return round(self.rule.tick_s * 1000.0)

    def save(self, workspace: Path) -> None:
        """Write it into the folder *workspace*, whole or not at all."""
        folder = workspace / FOLDER
        folder.mkdir(exist_ok=True)
        partial = folder / f".partial-{LEARNED}"
        rule, near = self.rule, self.rule.neighbours
        flows = {} if self.flows is None else _packed(self.flows, self.area_of_pipe)
        with partial.open("wb") as file:
            held: dict[str, Any] = {
                "middle": near.bands.middle,
                "spread": near.bands.spread,
                "covariance": near.covariance,
                "spread_m": near.spread_m,
                "quiet_m": rule.quiet_m.astype(np.float32),
                "figures": np.array(
                    [near.bands.slot_s, rule.threshold, rule.tick_s, rule.slack, self.budget_s, self.used]
                ),
                "moments": np.array([self.made_ms, self.since_ms, self.until_ms], dtype=np.int64),
                "loggers": np.array(self.loggers, dtype=np.str_),
                "loggers_m": self.loggers_m,
                "pipes": np.array(self.pipes, dtype=np.str_),
                "drop": self.signatures.drop.astype(np.float32),
                "weight": self.signatures.weight,
                "candidates": np.array(self.candidates.pipes, dtype=np.str_),
                "candidates_m": self.candidates.places_m,
                "candidate_drop": self.candidates.drop.astype(np.float32),
                **flows,
            }
            np.savez(file, **held)
        partial.replace(folder / LEARNED)

    @classmethod
    def load(cls, workspace: Path) -> Learned | None:
        """What :meth:`save` wrote into *workspace*; None where nothing was learned.

        Raises:
            AppError: ``bursts.damaged``.
        """
        path = workspace / FOLDER / LEARNED
        if not path.is_file():
            return None
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as held:
                return _from({name: held[name] for name in held.files})
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
            raise AppError("bursts.damaged", path=str(path), reason=str(error)) from error


def _from(held: dict[str, np.ndarray]) -> Learned:
    slot_s, threshold, tick_s, slack, budget_s, used = held["figures"].tolist()
    made_ms, since_ms, until_ms = held["moments"].tolist()
    bands = Bands(int(slot_s), held["middle"], held["spread"])
    neighbours = Neighbours(bands, held["covariance"], held["spread_m"])
    rule = Rule(neighbours, threshold, tick_s, held["quiet_m"].astype(np.float64), slack)
    return Learned(
        rule=rule,
        loggers=tuple(held["loggers"].tolist()),
        loggers_m=held["loggers_m"],
        pipes=tuple(held["pipes"].tolist()),
        signatures=Signatures(held["drop"].astype(np.float64), held["weight"]),
        candidates=Candidates(
            tuple(held["candidates"].tolist()), held["candidates_m"], held["candidate_drop"].astype(np.float64)
        ),
        made_ms=made_ms,
        since_ms=since_ms,
        until_ms=until_ms,
        budget_s=budget_s,
        used=used,
        flows=_flows_from(held) if "areas" in held else None,
        area_of_pipe=held.get("area_of_pipe", np.empty(0, dtype=np.int64)),
    )


def _packed(flows: FlowRule, area_of_pipe: Int64) -> dict[str, np.ndarray]:
    areas = [json.dumps([one.name, one.meters, one.signs]) for one in flows.areas]
    found: dict[str, np.ndarray] = {"areas": np.array(areas, dtype=np.str_), "area_of_pipe": area_of_pipe}
    for name, rule in (("balance", flows.balance), ("nights", flows.nights)):
        near = rule.neighbours
        found[f"{name}_middle"], found[f"{name}_spread"] = near.bands.middle, near.bands.spread
        found[f"{name}_covariance"], found[f"{name}_left_over"] = near.covariance, near.spread_m
        found[f"{name}_quiet"] = rule.quiet_m.astype(np.float32)
        found[f"{name}_figures"] = np.array([near.bands.slot_s, rule.threshold, rule.tick_s, rule.slack])
    return found


def _flows_from(held: dict[str, np.ndarray]) -> FlowRule:
    areas = []
    for line in held["areas"].tolist():
        name, meters, signs = json.loads(line)
        areas.append(Area(name, tuple(meters), tuple(signs)))
    rules = []
    for name in ("balance", "nights"):
        slot_s, threshold, tick_s, slack = held[f"{name}_figures"].tolist()
        bands = Bands(int(slot_s), held[f"{name}_middle"], held[f"{name}_spread"])
        near = Neighbours(bands, held[f"{name}_covariance"], held[f"{name}_left_over"])
        rules.append(Rule(near, threshold, tick_s, held[f"{name}_quiet"].astype(np.float64), slack))
    return FlowRule(tuple(areas), *rules)


def learned_ns(workspace: Path) -> int:
    """When what is learned was last written, nanoseconds; 0 where nothing was."""
    try:
        return (workspace / FOLDER / LEARNED).stat().st_mtime_ns
    except FileNotFoundError:
        return 0
