"""How many leaks of simulated years are found, how soon and how near, at a fixed rate of false alarms.

Usage: ``python benchmarks/bench_bursts.py [--inp FILE | --demo [SEED]] [--years development|scored] [--calibrate]``

The model is L-Town (BattLeDIM 2020), which comes with the ``epyt`` package (``pip install epyt``); without it nothing
is measured, and that is said. ``--demo`` takes the demo city instead, under what was settled on L-Town. Beside the
watch stand two simple ways with thresholds set by the same budget on the same quiet months: a fixed lower limit, and
readings far outside their usual band. Seeds, leaks and the rule were settled on the development years before the scored
ones were opened (docs/decisions). Money by the rules of that contest (``battledim.py``), never to be set beside its
published totals: the years are others.
"""

import argparse
import importlib.util
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from battledim import REACH_M, ScoredLeak, Told, account
from burst_batches import Batches, told_in_batches
from burst_demo import demo_town
from burst_years import DAY_S, Leak, Model, Year, leaks_of_a_year, model_at
from epanet import toolkit as en
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from app.operations.leak_signatures import Controls, solved_links
from app.telemetry.bursts.bands import Bands
from app.telemetry.bursts.cusum import lowest_threshold
from app.telemetry.bursts.night_flow import CITY_AHEAD_MS
from app.telemetry.bursts.places import CHANCE, MODEL_ERROR, Places, Signatures, place
from app.telemetry.bursts.watch import Detection, Rule, Standing, rule_from, watch
from network.leak_signatures import SolvedLinks, drops

# The loggers of the contest.
_NODES = (
    1, 4, 31, 54, 105, 114, 163, 188, 215, 229, 288, 296, 332, 342, 410, 415, 429, 458, 469, 495,
    506, 516, 519, 549, 613, 636, 644, 679, 722, 726, 740, 752, 769,
)  # fmt: skip
LOGGERS = [f"n{number}" for number in _NODES]
STEP_S = 300
QUIET_WEEKS, LEARNED_WEEKS, LEAKS, DAYS = 34, 8, 24, 364
SEEDS = {"quiet": (11,), "development": (21, 22), "calibration": (21, 22, 71, 72), "scored": (31, 32)}
DEMO_SEEDS = {
    3: {"quiet": (12,), "calibration": (61, 62, 63, 64), "scored": (41, 42)},
    5: {"quiet": (13,), "calibration": (65, 66)},
}
"""By the seed of the city itself."""
WEEK_S, MONTH_S = 7 * DAY_S, 30 * DAY_S
HOLD_S = DAY_S
HOUR_S, SENDS_SEED = 3600, 51
CHANCES, MODEL_ERRORS = (2.0, 3.0, 4.0, 5.0, 6.0), (0.25, 0.35, 0.5)
"""Tried on the years of calibration; which of them became the rule's stands in docs/decisions."""
MONDAY_MS = 4 * DAY_S * 1000 - CITY_AHEAD_MS
"""A Monday's midnight by the city's clock, which the watch of nights goes by."""
LEAST_SHARE = 1e-12
"""A place that was told impossible costs so much, not everything."""


@dataclass(frozen=True)
class Subject:
    """A city whose years are scored: its file, where loggers stand, where leaks may open, and its seeds."""

    inp: Path
    loggers: list[str]
    junctions: list[str]
    seeds: dict[str, tuple[int, ...]]


@dataclass(frozen=True)
class Alarm:
    """When it was told, and the likeliest place if the way has one."""

    at_s: float
    places: Places | None = None


@dataclass(frozen=True)
class Sampled:
    """What loggers read of the quiet months and of the years, every *step_s*, and the ways in which they send it.

    Quiet months are complete when thresholds are set by them.
    """

    quiet: np.ndarray
    years: list[np.ndarray]
    step_s: int
    sent: tuple[Batches, ...]


@dataclass(frozen=True)
class Town:
    """What places are judged by."""

    model: Model
    pipes: np.ndarray
    signatures: Signatures

    def along_m(self, nodes: list[int]) -> np.ndarray:
        """Length along the pipes from each of *nodes* to the middle of every pipe: shape (nodes, pipes)."""
        start, end = self.model.ends[self.pipes].T
        length_m = np.maximum(self.model.length_m[self.pipes], 1e-6)
        size = (len(self.model.nodes), len(self.model.nodes))
        found_m = dijkstra(coo_array((length_m, (start, end)), shape=size).tocsr(), directed=False, indices=nodes)
        return np.minimum(found_m[:, start], found_m[:, end]) + length_m / 2.0


@dataclass(frozen=True)
class LeakyYear:
    """A simulated year: what loggers read, and the leaks in it with their lengths to all pipes."""

    head_m: np.ndarray
    leaks: tuple[Leak, ...]
    along_m: np.ndarray


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Leaks found in simulated years.")
    parser.add_argument("--inp", type=Path)
    parser.add_argument(
        "--demo", type=int, nargs="?", const=3, choices=DEMO_SEEDS, help="a demo city instead of L-Town"
    )
    parser.add_argument("--years", choices=("development", "scored"), default="scored")
    parser.add_argument("--calibrate", action="store_true", help="what zones hold on the years of calibration")
    parser.add_argument("--keep", type=Path, help="folder to keep the simulated years in")
    wanted = parser.parse_args()
    warnings.filterwarnings("ignore", message="WARNING")
    keep = wanted.keep or Path(tempfile.gettempdir())
    keep.mkdir(parents=True, exist_ok=True)
    subject = l_town(wanted.inp) if wanted.demo is None else demo_subject(keep, wanted.demo)
    if subject is None:
        print("not measured: needs L-TOWN.inp, which comes with the epyt package")
        return 0
    which = "calibration" if wanted.calibrate else wanted.years
    if which not in subject.seeds:
        print(f"not measured: this city has no {which} years")
        return 0
    town, loggers = town_of(subject), subject.loggers
    (seed,) = subject.seeds["quiet"]
    quiet = kept(
        keep / f"quiet-{seed}.npy",
        lambda: Year(subject.inp, seed).heads(loggers, 7 * QUIET_WEEKS, STEP_S, ()),
    )
    years = [year_of(subject, seed, keep, town) for seed in subject.seeds[which]]
    if wanted.calibrate:
        calibrate(quiet, years, town)
        return 0
    print(f"{LEAKS * len(years)} leaks of 5 to 40 m³/h in {len(years)} {wanted.years} years, {len(loggers)} loggers")
    print(HEAD)
    for step_s in (900, 300):
        at_once = Batches.sent(1, np.zeros(len(loggers), dtype=np.int64))
        sampled = Sampled(
            thinned(quiet, step_s),
            [thinned(one.head_m, step_s) for one in years],
            step_s,
            (at_once, Batches.drawn(SENDS_SEED, len(loggers), HOUR_S // step_s)),
        )
        for budget_s in (WEEK_S, MONTH_S):
            for way, alarms in (("the watch", by_watch), ("usual band", by_band), ("fixed limit", by_limit)):
                for batches, told in zip(sampled.sent, alarms(sampled, budget_s, town), strict=True):
                    print(line(way, step_s, batches.every > 1, budget_s, score(told, years, town)), flush=True)
    return 0


def year_of(subject: Subject, seed: int, keep: Path, town: Town) -> LeakyYear:
    """The year of *seed*, simulated first where it is not kept."""
    leaks = leaks_of_a_year(subject.junctions, seed, DAYS, LEAKS)
    path = keep / f"{seed}-{DAYS}.npy"
    head_m = kept(path, lambda: Year(subject.inp, seed).heads(subject.loggers, DAYS, STEP_S, leaks))
    return LeakyYear(head_m, leaks, town.along_m([town.model.nodes.index(leak.node) for leak in leaks]))


def calibrate(quiet: np.ndarray, years: list[LeakyYear], town: Town) -> None:
    """How many of the leaks found lie in the zone that is said to hold four in five, and how well places were told.

    Both budgets together. The gain is the mean logarithm of how many times likelier the leak's place was told than it
    was beforehand: who is too sure loses by it, and who says nothing gains nothing.
    """
    for step_s in (900, 300):
        heads_m = [thinned(one.head_m, step_s) for one in years]
        weekly, monthly = (watched(thinned(quiet, step_s), heads_m, step_s, each) for each in (WEEK_S, MONTH_S))
        found = [[one for one in detections if not one.ends] for detections in (*weekly, *monthly)]
        for chance in CHANCES:
            for error in MODEL_ERRORS:
                told = [[alarm_of(one, town, told_s(one, step_s), error, chance) for one in year] for year in found]
                got = score(told, years * 2, town)
                print(
                    f"{step_s // 60} min, chance {chance}, model error {error}: {got['inside']:.0f} of "
                    f"{got['found']:.0f}, zone {got['zone']:.1f} % of mains, gain {got['gain']:.2f}",
                    flush=True,
                )


def l_town(inp: Path | None) -> Subject | None:
    """L-Town out of *inp*, or of an installed package, which is looked for, never imported; None without either."""
    found = importlib.util.find_spec("epyt") if inp is None else None
    if found is not None and found.origin:
        inp = Path(found.origin).parent / "networks" / "L-TOWN.inp"
    if inp is None or not inp.is_file():
        return None
    return Subject(inp, LOGGERS, [f"n{number}" for number in range(1, 783)], SEEDS)


def demo_subject(keep: Path, seed: int) -> Subject:
    """The demo city of *seed*, with as many loggers as L-Town."""
    made = demo_town(keep / f"demo-{seed}.inp", len(LOGGERS), seed)
    return Subject(made.inp, made.loggers, made.junctions, DEMO_SEEDS[seed])


def kept(path: Path, make: Callable[[], np.ndarray]) -> np.ndarray:
    """What *path* holds, made first where it does not exist."""
    if not path.exists():
        begun = time.perf_counter()
        np.save(path, make())
        print(f"simulated {path.stem} in {time.perf_counter() - begun:.0f} s", flush=True)
    return np.load(path)


def thinned(head_m: np.ndarray, step_s: int) -> np.ndarray:
    """Means over *step_s*, as a logger that reports less often sends them."""
    times = step_s // STEP_S
    return head_m[: len(head_m) // times * times].reshape(-1, times, head_m.shape[1]).mean(axis=1)


def town_of(subject: Subject) -> Town:
    """Signatures at night and in the morning, their mean for each pipe."""
    night, morning = model_at(subject.inp, 3), model_at(subject.inp, 8)
    loggers = np.array([night.nodes.index(name) for name in subject.loggers])
    drop = (drops(night.fixed, links_of(night), loggers) + drops(morning.fixed, links_of(morning), loggers)) / 2.0
    pipes = np.flatnonzero(night.kind == en.PIPE)
    ends = night.ends[pipes]
    return Town(night, pipes, Signatures(drop[:, ends].mean(axis=2).T, night.length_m[pipes]))


def links_of(model: Model) -> SolvedLinks:
    """Slopes as the product takes them."""
    start, end = model.ends.T
    pumps, reducers, limiters = (np.flatnonzero(model.kind == kind) for kind in (en.PUMP, en.PRV, en.FCV))
    loss_m = model.head_m[start] - model.head_m[end]
    return solved_links(start, end, loss_m, model.flow_m3_h, Controls(pumps, reducers, limiters))


def moments_ms(ticks: int, step_s: int) -> np.ndarray:
    return MONDAY_MS + np.arange(ticks, dtype=np.int64) * step_s * 1000


def rule_of(quiet: np.ndarray, step_s: int, budget_s: float) -> Rule:
    rule = rule_from(moments_ms(len(quiet), step_s), quiet, LEARNED_WEEKS * WEEK_S // step_s, step_s, budget_s)
    assert isinstance(rule, Rule)
    return rule


def watched(quiet: np.ndarray, years: list[np.ndarray], step_s: int, budget_s: float) -> list[tuple[Detection, ...]]:
    """What the product's own watch tells of each year."""
    rule = rule_of(quiet, step_s, budget_s)
    return [watch(rule, Standing.begin(quiet.shape[1]), moments_ms(len(year), step_s), year)[1] for year in years]


def by_watch(sampled: Sampled, budget_s: float, town: Town) -> list[list[list[Alarm]]]:
    """The product's own way, given at each moment what has been sent by then: for each way of sending, each year."""
    step_s = sampled.step_s
    rule = rule_of(sampled.quiet, step_s, budget_s)
    return [
        [
            [
                alarm_of(one, town, float((look + 1) * step_s))
                for look, one in told_in_batches(rule, moments_ms(len(year), step_s), year, batches)
                if not one.ends
            ]
            for year in sampled.years
        ]
        for batches in sampled.sent
    ]


def told_s(found: Detection, step_s: int) -> float:
    """A burst can be told when its tick is over."""
    return (found.at_ms - MONDAY_MS) / 1000.0 + step_s


def alarm_of(
    found: Detection, town: Town, at_s: float, model_error: float = MODEL_ERROR, chance: float = CHANCE
) -> Alarm:
    return Alarm(at_s, place(town.signatures, found.evidence, model_error, chance))


def by_band(sampled: Sampled, budget_s: float, _town: Town) -> list[list[list[Alarm]]]:
    """A reading so many spreads below the usual one of its hour and weekday."""
    quiet, step_s = sampled.quiet, sampled.step_s
    learned = LEARNED_WEEKS * WEEK_S // step_s
    bands = Bands.learn(moments_ms(learned, step_s), quiet[:learned])

    def low(head_m: np.ndarray, first: int) -> np.ndarray:
        at_ms = moments_ms(first + len(head_m), step_s)[first:]
        return -(bands.off(at_ms, head_m) / np.maximum(bands.spread[bands.slots(at_ms)], 0.02))

    return simple(low(quiet[learned:], learned), [low(year, 0) for year in sampled.years], sampled, budget_s)


def by_limit(sampled: Sampled, budget_s: float, _town: Town) -> list[list[list[Alarm]]]:
    """A reading below the logger's lowest in the quiet months by so many metres."""
    learned = LEARNED_WEEKS * WEEK_S // sampled.step_s
    lowest_m = sampled.quiet[:learned].min(axis=0)
    return simple(lowest_m - sampled.quiet[learned:], [lowest_m - year for year in sampled.years], sampled, budget_s)


def simple(quiet: np.ndarray, years: list[np.ndarray], sampled: Sampled, budget_s: float) -> list[list[list[Alarm]]]:
    """Alarms where a logger's figure goes over a threshold that keeps the budget, one a day at most.

    Args:
        quiet: Shape (ticks, loggers), figures of months without a leak.
        years: The same of the years.
        sampled: How they were read and sent.
        budget_s: One alarm in so long is allowed.
    """
    step_s = sampled.step_s

    def times(looks: np.ndarray) -> list[float]:
        found: list[float] = []
        for look in looks.tolist():
            at_s = float((look + 1) * step_s)
            if not found or at_s > found[-1] + HOLD_S:
                found.append(at_s)
        return found

    highest = quiet.max(axis=1)
    shift = float(highest.min())
    allowed = int(len(quiet) * step_s // budget_s)
    top = float(highest.max()) - shift + 1.0
    threshold = shift + lowest_threshold(
        lambda level: len(times(np.flatnonzero(highest > level + shift))), allowed, top
    )
    told = []
    for batches in sampled.sent:
        over = [np.nonzero(year > threshold) for year in years]
        looks = [np.unique(tick + batches.waits[tick % batches.every, logger]) for tick, logger in over]
        told.append([[Alarm(at_s) for at_s in times(one)] for one in looks])
    return told


def score(told: list[list[Alarm]], years: list[LeakyYear], town: Town) -> dict[str, float]:
    """Of all years together; an alarm while no leak stands, or within a day of a repair, is a false one or none."""
    parts = [_score(alarms, year, town) for alarms, year in zip(told, years, strict=True)]
    delays, distances, zones = ([value for part in parts for value in part[at]] for at in (0, 1, 2))
    return {
        "found": len(delays),
        "leaks": sum(len(year.leaks) for year in years),
        "false": statistics.mean(part[3] for part in parts),
        "delay_h": statistics.median(delays) if delays else float("nan"),
        "distance_m": statistics.median(distances) if distances else float("nan"),
        "near": sum(distance <= REACH_M for distance in distances),
        "inside": sum(part[4] for part in parts),
        "gain": statistics.mean(gains) if (gains := [gain for part in parts for gain in part[6]]) else float("nan"),
        "zone": 100.0 * statistics.median(zones) if zones else float("nan"),
        "euros": statistics.mean(part[5] for part in parts),
    }


def _score(
    alarms: list[Alarm], year: LeakyYear, town: Town
) -> tuple[list[float], list[float], list[float], int, int, float, list[float]]:
    """Delays (h), distances (m), zones (share of the mains), false alarms, leaks in their zone, money, and gains."""
    leaks = year.leaks
    firsts: dict[int, Alarm] = {}
    false = 0
    for alarm in alarms:
        standing = [at for at, leak in enumerate(leaks) if leak.begins_s <= alarm.at_s <= leak.ends_s + DAY_S]
        if not standing:
            false += 1
        elif alarm.at_s < leaks[standing[-1]].ends_s:
            firsts.setdefault(standing[-1], alarm)
    delays, distances, zones, gains, inside = [], [], [], [], 0
    for at, alarm in firsts.items():
        delays.append((alarm.at_s - leaks[at].begins_s) / 3600.0)
        if alarm.places is None or not len(alarm.places.order):
            continue
        distances.append(float(year.along_m[at, alarm.places.order[0]]))
        zone = alarm.places.zone()
        node = town.model.nodes.index(leaks[at].node)
        touching = np.flatnonzero((town.model.ends[town.pipes] == node).any(axis=1))
        inside += bool(np.isin(touching, zone).any())
        length = town.signatures.weight
        zones.append(float(length[zone].sum() / length.sum()))
        share = length[touching].sum() / length.sum()
        gains.append(float(np.log(max(alarm.places.probability[touching].sum(), LEAST_SHARE) / share)))
    placed = [alarm for alarm in alarms if alarm.places is not None and len(alarm.places.order)]
    contest = [
        Told(alarm.at_s, year.along_m[:, alarm.places.order[0]].tolist())
        for alarm in placed
        if alarm.places is not None
    ]
    money = account(contest, [ScoredLeak(leak.begins_s, leak.ends_s, lost_by(leak)) for leak in leaks]).euros
    return delays, distances, zones, false, inside, money, gains


def lost_by(leak: Leak) -> Callable[[float], float]:
    """What runs out of *leak* from a moment to its end, m³."""
    hours = np.arange(leak.begins_s, leak.ends_s, 3600.0)
    return lambda at_s: sum(leak.flow_at(s) for s in hours.tolist() if s >= at_s)


HEAD = "way                  readings      budget  found  false  median h  median m  <300 m  in zone  zone %   euros"


def line(way: str, step_s: int, is_batched: bool, budget_s: float, got: dict[str, float]) -> str:
    """One row of the table."""
    readings = f"{step_s // 60} min" + (", hourly" if is_batched else "")
    budget = "week" if budget_s == WEEK_S else "month"
    found = f"{got['found']:3.0f}/{got['leaks']:.0f} {got['false']:6.0f} {got['delay_h']:9.1f}"
    where = f"{got['distance_m']:9.0f} {got['near']:7.0f} {got['inside']:8.0f} {got['zone']:7.1f}"
    return f"{way:20} {readings:13} {budget:6} {found} {where} {got['euros']:8.0f}"


if __name__ == "__main__":
    sys.exit(main())
