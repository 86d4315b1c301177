"""How many leaks of a simulated year are found, how soon and how near, at a fixed rate of false alarms.

Usage: ``python benchmarks/bench_bursts.py [--inp L-TOWN.inp] [--year development|scored] [--days N] [--keep FOLDER]``

The model is L-Town (BattLeDIM 2020), which comes with the ``epyt`` package (``pip install epyt``); without it nothing
is measured, and that is said. Beside the watch stand two simple ways with thresholds set by the same budget on the same
quiet months: a fixed lower limit, and readings far outside their usual band. Seeds, leaks and the rule were settled on
the development year before the scored one was opened. Money as in that contest: 0.80 € for each cubic metre saved, less
up to 500 € by distance within 300 m, less 500 € for each false alarm; a leak that is not found so near brings nothing.
"""

import argparse
import importlib.util
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from burst_years import DAY_S, Leak, Model, Year, leaks_of_a_year, model_at
from epanet import toolkit as en

from app.telemetry.bursts.bands import Bands
from app.telemetry.bursts.cusum import lowest_threshold
from app.telemetry.bursts.places import Places, Signatures, place
from app.telemetry.bursts.watch import Detection, Rule, Standing, rule_from, watch
from network.leak_signatures import SolvedLinks, drops, slopes

# The loggers of the contest.
_NODES = (
    1, 4, 31, 54, 105, 114, 163, 188, 215, 229, 288, 296, 332, 342, 410, 415, 429, 458, 469, 495,
    506, 516, 519, 549, 613, 636, 644, 679, 722, 726, 740, 752, 769,
)  # fmt: skip
LOGGERS = [f"n{number}" for number in _NODES]
STEP_S = 300
QUIET_WEEKS, LEARNED_WEEKS, LEAKS = 34, 8, 24
SEEDS = {"quiet": 11, "development": 21, "scored": 31}
WEEK_S, MONTH_S = 7 * DAY_S, 30 * DAY_S
HOLD_S = DAY_S
EUROS_PER_M3, EUROS_FAR, FAR_M, EUROS_FALSE = 0.80, 500.0, 300.0, 500.0
MONDAY_MS = 4 * DAY_S * 1000


@dataclass(frozen=True)
class Alarm:
    """When it was told, and the likeliest place if the way has one."""

    at_s: float
    places: Places | None = None


@dataclass(frozen=True)
class Town:
    """What places are judged by."""

    model: Model
    pipes: np.ndarray
    signatures: Signatures

    def middle_m(self, pipe: int) -> np.ndarray:
        return self.model.xy_m[self.model.ends[self.pipes[pipe]]].mean(axis=0)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Leaks found in a simulated year.")
    parser.add_argument("--inp", type=Path)
    parser.add_argument("--year", choices=("development", "scored"), default="scored")
    parser.add_argument("--days", type=int, default=364)
    parser.add_argument("--keep", type=Path, help="folder to keep the simulated years in")
    wanted = parser.parse_args()
    warnings.filterwarnings("ignore", message="WARNING")
    inp = wanted.inp or l_town()
    if inp is None or not inp.is_file():
        print("not measured: needs L-TOWN.inp, which comes with the epyt package")
        return 0
    keep = wanted.keep or Path("/tmp")
    quiet = kept(keep / "quiet.npy", lambda: Year(inp, SEEDS["quiet"]).heads(LOGGERS, 7 * QUIET_WEEKS, STEP_S, ()))
    seed = SEEDS[wanted.year]
    leaks = leaks_of_a_year([f"n{number}" for number in range(1, 783)], seed, wanted.days, LEAKS)
    name = f"{wanted.year}-{wanted.days}.npy"
    year = kept(keep / name, lambda: Year(inp, seed).heads(LOGGERS, wanted.days, STEP_S, leaks))
    town = town_of(inp)
    print(f"{wanted.year} year: {len(leaks)} leaks of 5 to 40 m³/h in {wanted.days} days, {len(LOGGERS)} loggers")
    print("way            readings  budget  found  false  median h  median m  <300 m  in zone  zone %   euros")
    for step_s, batch_s in ((300, 300), (900, 900), (300, 3600)):
        for budget_s in (WEEK_S, MONTH_S):
            for way, alarms in (("the watch", by_watch), ("usual band", by_band), ("fixed limit", by_limit)):
                told = alarms(thinned(quiet, step_s), thinned(year, step_s), step_s, budget_s, town)
                late = [Alarm(-(-one.at_s // batch_s) * batch_s, one.places) for one in told]
                print(line(way, step_s, batch_s, budget_s, score(late, leaks, town, wanted.days)), flush=True)
    return 0


def l_town() -> Path | None:
    """The model inside an installed package; it is looked for, never imported."""
    found = importlib.util.find_spec("epyt")
    return Path(str(found.origin)).parent / "networks" / "L-TOWN.inp" if found and found.origin else None


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


def town_of(inp: Path) -> Town:
    """Signatures at night and in the morning, their mean for each pipe."""
    night, morning = model_at(inp, 3), model_at(inp, 8)
    loggers = np.array([night.nodes.index(name) for name in LOGGERS])
    drop = (drops(night.fixed, links_of(night), loggers) + drops(morning.fixed, links_of(morning), loggers)) / 2.0
    pipes = np.flatnonzero(night.kind == en.PIPE)
    ends = night.ends[pipes]
    return Town(night, pipes, Signatures(drop[:, ends].mean(axis=2).T, night.length_m[pipes]))


def links_of(model: Model) -> SolvedLinks:
    """Pipes with their slopes, pressure reducing valves that hold their far side, pumps that give what they give."""
    start, end = model.ends.T
    slope = slopes(model.head_m[start] - model.head_m[end], model.flow_m3_h)
    slope[model.kind == en.PUMP] = np.inf
    return SolvedLinks(start, end, slope, np.where(model.kind == en.PRV, end, -1))


def moments_ms(ticks: int, step_s: int) -> np.ndarray:
    return MONDAY_MS + np.arange(ticks, dtype=np.int64) * step_s * 1000


def by_watch(quiet: np.ndarray, year: np.ndarray, step_s: int, budget_s: float, town: Town) -> list[Alarm]:
    """The product's own way."""
    rule = rule_from(moments_ms(len(quiet), step_s), quiet, LEARNED_WEEKS * WEEK_S // step_s, step_s, budget_s)
    assert isinstance(rule, Rule)
    _, told = watch(rule, Standing.begin(len(LOGGERS)), moments_ms(len(year), step_s), year)
    return [alarm_of(one, town) for one in told if not one.ends]


def alarm_of(found: Detection, town: Town) -> Alarm:
    return Alarm((found.at_ms - MONDAY_MS) / 1000.0, place(town.signatures, found.evidence))


def by_band(quiet: np.ndarray, year: np.ndarray, step_s: int, budget_s: float, _town: Town) -> list[Alarm]:
    """A reading so many spreads below the usual one of its hour and weekday."""
    learned = LEARNED_WEEKS * WEEK_S // step_s
    bands = Bands.learn(moments_ms(learned, step_s), quiet[:learned])

    def low(head_m: np.ndarray, first: int) -> np.ndarray:
        at_ms = moments_ms(first + len(head_m), step_s)[first:]
        return -(bands.off(at_ms, head_m) / np.maximum(bands.spread[bands.slots(at_ms)], 0.02)).min(axis=1)

    return simple(low(quiet[learned:], learned), low(year, 0), step_s, budget_s)


def by_limit(quiet: np.ndarray, year: np.ndarray, step_s: int, budget_s: float, _town: Town) -> list[Alarm]:
    """A reading below the logger's lowest in the quiet months by so many metres."""
    learned = LEARNED_WEEKS * WEEK_S // step_s
    lowest_m = quiet[:learned].min(axis=0)
    return simple((lowest_m - quiet[learned:]).max(axis=1), (lowest_m - year).max(axis=1), step_s, budget_s)


def simple(quiet: np.ndarray, year: np.ndarray, step_s: int, budget_s: float) -> list[Alarm]:
    """Alarms where a figure goes over a threshold that keeps the budget, one a day at most."""

    def times(figure: np.ndarray, threshold: float) -> list[float]:
        found: list[float] = []
        for tick in np.flatnonzero(figure > threshold).tolist():
            if not found or tick * step_s > found[-1] + HOLD_S:
                found.append(tick * step_s)
        return found

    shift = float(quiet.min())
    allowed = int(len(quiet) * step_s // budget_s)
    top = float(quiet.max()) - shift + 1.0
    threshold = lowest_threshold(lambda at: len(times(quiet - shift, at)), allowed, top)
    return [Alarm(at_s) for at_s in times(year - shift, threshold)]


def score(alarms: list[Alarm], leaks: tuple[Leak, ...], town: Town, days: int) -> dict[str, float]:
    """Leaks found by their first alarm; an alarm while none stands, or within a day of its repair, is a false one."""
    firsts: dict[int, Alarm] = {}
    false = 0
    for alarm in alarms:
        standing = [at for at, leak in enumerate(leaks) if leak.begins_s <= alarm.at_s <= leak.ends_s + DAY_S]
        if not standing:
            false += 1
        elif alarm.at_s < leaks[standing[-1]].ends_s:
            firsts.setdefault(standing[-1], alarm)
    delays, distances, zones, inside, euros = [], [], [], 0, -EUROS_FALSE * false
    for at, alarm in firsts.items():
        leak = leaks[at]
        delays.append((alarm.at_s - leak.begins_s) / 3600.0)
        if alarm.places is None or not len(alarm.places.order):
            continue
        node = town.model.nodes.index(leak.node)
        best_m = float(np.hypot(*(town.middle_m(alarm.places.order[0]) - town.model.xy_m[node])))
        zone = alarm.places.zone()
        touching = np.flatnonzero((town.model.ends[town.pipes] == node).any(axis=1))
        inside += bool(np.isin(touching, zone).any())
        zones.append(float(town.signatures.weight[zone].sum() / town.signatures.weight.sum()))
        distances.append(best_m)
        if best_m <= FAR_M:
            saved_m3 = sum(leak.flow_at(s) for s in np.arange(alarm.at_s, leak.ends_s, 3600.0))
            euros += EUROS_PER_M3 * saved_m3 - EUROS_FAR * best_m / FAR_M
    return {
        "found": len(firsts),
        "leaks": len(leaks),
        "false": false * 364.0 / days,
        "delay_h": statistics.median(delays) if delays else float("nan"),
        "distance_m": statistics.median(distances) if distances else float("nan"),
        "near": sum(distance <= FAR_M for distance in distances),
        "inside": inside,
        "zone": 100.0 * statistics.median(zones) if zones else float("nan"),
        "euros": euros,
    }


def line(way: str, step_s: int, batch_s: int, budget_s: float, got: dict[str, float]) -> str:
    """One row of the table."""
    readings = f"{step_s // 60} min" + ("" if batch_s == step_s else " ×12")
    budget = "week" if budget_s == WEEK_S else "month"
    found = f"{got['found']:3.0f}/{got['leaks']:.0f} {got['false']:6.0f} {got['delay_h']:9.1f}"
    where = f"{got['distance_m']:9.0f} {got['near']:7.0f} {got['inside']:8.0f} {got['zone']:7.1f}"
    return f"{way:14} {readings:9} {budget:6} {found} {where} {got['euros']:8.0f}"


if __name__ == "__main__":
    sys.exit(main())
