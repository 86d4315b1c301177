"""What flow meters add to the watch for bursts, and what its zones hold of large ones.

Usage: ``python benchmarks/bench_burst_flows.py [--inp FILE | --demo] [--large] [--seeds N ...] [--keep FOLDER]``

Leaky years as in ``bench_bursts.py``, watched by pressures alone with the whole budget of false alarms, and by
pressures and inflow with the same budget shared; ``--large``: seasons of bursts of 40 to 400 m³/h, with meters and
without.
"""

import argparse
import statistics
import sys
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from bench_bursts import (
    DAYS,
    HEAD,
    HOUR_S,
    LEAKS,
    LEARNED_WEEKS,
    MONDAY_MS,
    MONTH_S,
    QUIET_WEEKS,
    SENDS_SEED,
    STEP_S,
    WEEK_S,
    Alarm,
    LeakyYear,
    Subject,
    Town,
    l_town,
    line,
    moments_ms,
    score,
    thinned,
    town_of,
)
from burst_areas import Areas, areas_of, parts_behind_valves
from burst_batches import Batches
from burst_demo import demo_town
from burst_product import Readings, rows_of, taught, told_by_product
from burst_years import Leak, Year, bursts_of_a_season, leaks_of_a_year, model_at

from app.operations.burst_evidence import places_of
from app.operations.burst_flows import allowed_in
from app.telemetry.bursts.flows import Area, flow_rule_from, given_to_flows
from app.telemetry.bursts.learned import Learned
from app.telemetry.bursts.places import Places
from app.telemetry.bursts.proposals import Proposal
from app.telemetry.bursts.told import Way
from app.telemetry.bursts.watch import Rule, rule_from

FLOW_STEP_S = 900
SEASON_DAYS, BURSTS = 90, 60
QUIET = {"L-Town": 11, "demo city": 12}
YEARS = {"L-Town": (31, 32), "demo city": (41, 42)}
LARGE_SEEDS = (91, 92)
LOGGERS, DEMO_SEED = 33, 3
METERS_SEED = 52
"""Of the quarter of an hour at which each flow meter sends."""


@dataclass(frozen=True)
class City:
    """A model with its meters."""

    name: str
    subject: Subject
    town: Town
    areas: Areas
    of_pipe: np.ndarray


@dataclass(frozen=True)
class Rules:
    """What is known by pressures alone, and by pressures and inflow that share the budget."""

    alone: Learned
    both: Learned
    step_s: int


@dataclass(frozen=True)
class Seen:
    """What is measured of a year every five minutes, and inflow every quarter of an hour."""

    head_m: np.ndarray
    flow_m3_h: np.ndarray
    leaks: tuple[Leak, ...]


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description="What flow meters add to the watch for bursts.")
    parser.add_argument("--inp", type=Path)
    parser.add_argument("--demo", action="store_true", help="the demo city instead of L-Town")
    parser.add_argument("--large", action="store_true", help="zones of bursts of 40 to 400 m³/h")
    parser.add_argument("--seeds", type=int, nargs="+", help="other years than the scored ones")
    parser.add_argument("--keep", type=Path, help="folder to keep what was simulated in")
    wanted = parser.parse_args()
    warnings.filterwarnings("ignore", message="WARNING")
    keep = wanted.keep or Path(tempfile.gettempdir())
    city = demo_city(keep) if wanted.demo else l_town_city(wanted.inp)
    if city is None:
        print("not measured: needs L-TOWN.inp, which comes with the epyt package")
        return 0
    quiet = simulated(city, QUIET[city.name], 7 * QUIET_WEEKS, (), keep / f"{city.name}-quiet")
    if wanted.large:
        large(city, rules_of(city, quiet, FLOW_STEP_S, WEEK_S), wanted.seeds or LARGE_SEEDS, keep)
        return 0
    print(HEAD)
    seeds = wanted.seeds or YEARS[city.name]
    years = [
        simulated(city, seed, DAYS, leaks_of_a_year(city.subject.junctions, seed, DAYS, LEAKS), keep / f"{city.name}")
        for seed in seeds
    ]
    for step_s in (900, 300):
        for budget_s in (WEEK_S, MONTH_S):
            report(city, rules_of(city, quiet, step_s, budget_s), years, budget_s)
    return 0


def l_town_city(inp: Path | None) -> City | None:
    subject = l_town(inp)
    if subject is None:
        return None
    model = model_at(subject.inp, 8)
    return city_of("L-Town", subject, areas_of(model, parts_behind_valves(model)))


def demo_city(keep: Path) -> City:
    made = demo_town(keep / f"demo-{DEMO_SEED}.inp", LOGGERS, DEMO_SEED)
    model, names = model_at(made.inp, 8), sorted(set(made.dma.values()))
    of_node = np.array([names.index(made.dma[node]) if node in made.dma else -1 for node in model.nodes])
    return city_of("demo city", Subject(made.inp, made.loggers, made.junctions, {}), areas_of(model, of_node))


def city_of(name: str, subject: Subject, areas: Areas) -> City:
    town = town_of(subject)
    of_pipe = areas.of_link[town.pipes]
    return City(name, subject, town, areas, np.where(of_pipe < len(areas.meters), of_pipe, -1))


def simulated(city: City, seed: int, days: int, leaks: tuple[Leak, ...], path: Path) -> Seen:
    """Readings of *days*, simulated first where *path* with the seed behind it does not hold them."""
    file = path.with_name(f"{path.name}-{seed}-{days}.npz")
    if not file.exists():
        head_m, flow = Year(city.subject.inp, seed).measured(
            city.subject.loggers, city.areas.meters, days, STEP_S, leaks
        )
        np.savez(file, head=head_m, flow=flow)
    with np.load(file) as held:
        return Seen(held["head"].astype(np.float64), thinned(held["flow"].astype(np.float64), 900), leaks)


def rules_of(city: City, quiet: Seen, step_s: int, budget_s: float) -> Rules:
    head_m = thinned(quiet.head_m, step_s)
    at_ms, learned = moments_ms(len(head_m), step_s), LEARNED_WEEKS * WEEK_S // step_s
    flow_ms, flow_learned = moments_ms(len(quiet.flow_m3_h), FLOW_STEP_S), LEARNED_WEEKS * WEEK_S // FLOW_STEP_S
    given = given_to_flows(allowed_in(len(flow_ms) - flow_learned, budget_s))
    alone = rule_from(at_ms, head_m, learned, step_s, budget_s)
    shared = rule_from(at_ms, head_m, learned, step_s, budget_s, given_away=given)
    assert isinstance(alone, Rule)
    assert isinstance(shared, Rule)
    flows = flow_rule_from(watched_areas(city), flow_ms, quiet.flow_m3_h, flow_learned, given)
    signatures, nowhere = city.town.signatures, np.full(len(city.of_pipe), -1)
    return Rules(
        taught(alone, signatures, None, nowhere, budget_s),
        taught(shared, signatures, flows, city.of_pipe, budget_s),
        step_s,
    )


def watched_areas(city: City) -> list[Area]:
    found = []
    for name, border in zip(city.areas.names, city.areas.meters, strict=True):
        meters, signs = zip(*border, strict=True)
        found.append(Area(name, meters, tuple(map(float, signs))))
    return found


def readings(city: City, year: Seen, step_s: int, is_hourly: bool) -> Readings:
    """*year* as it comes: at once, or every logger and every flow meter once an hour at a moment of its own."""
    every, flow_every = (HOUR_S // step_s, HOUR_S // FLOW_STEP_S) if is_hourly else (1, 1)
    head_m = thinned(year.head_m, step_s)
    meters = sorted({name for border in city.areas.meters for name, _ in border})
    groups = [[meters.index(name) for name, _ in border] for border in city.areas.meters]
    return Readings(
        moments_ms(len(head_m), step_s),
        head_m,
        moments_ms(len(year.flow_m3_h), FLOW_STEP_S),
        year.flow_m3_h,
        Batches.drawn(SENDS_SEED, head_m.shape[1], every),
        Batches.drawn(METERS_SEED, len(meters), flow_every).together(groups),
    )


Rows = list[tuple[int, Proposal]]


def told_of(city: City, rules: Rules, year: Seen, is_hourly: bool) -> dict[str, tuple[Learned, Rows]]:
    """What each way tells of *year*; the last are the rows that the product shows."""
    read = readings(city, year, rules.step_s, is_hourly)
    both = told_by_product(rules.both, read)
    found = {"pressures alone": (rules.alone, rows_of(rules.alone, told_by_product(rules.alone, read)))}
    for name, way in (("flow balance", Way.BALANCE), ("night flow", Way.NIGHT)):
        found[name] = (rules.both, [(at, one) for at, one in both if one.way is way and not one.ends])
    return {**found, "pressures and inflow": (rules.both, rows_of(rules.both, both))}


def alarms_of(learned: Learned, rows: Rows) -> list[Alarm]:
    return [Alarm((at_ms - MONDAY_MS) / 1000.0, places_of(learned, one)) for at_ms, one in rows]


def report(city: City, rules: Rules, years: list[Seen], budget_s: float) -> None:
    """Rows of one budget at one rate of readings."""
    nodes = city.town.model.nodes
    leaky = [
        LeakyYear(year.head_m, year.leaks, city.town.along_m([nodes.index(leak.node) for leak in year.leaks]))
        for year in years
    ]
    for is_hourly in (False, True):
        told = [told_of(city, rules, year, is_hourly) for year in years]
        for way in told[0]:
            got = score([alarms_of(*each[way]) for each in told], leaky, city.town)
            print(line(way, rules.step_s, is_hourly, budget_s, got), flush=True)


def large(city: City, rules: Rules, seeds: tuple[int, ...], keep: Path) -> None:
    """What zones hold of bursts of 40 to 400 m³/h, and the size that is told."""
    junctions = city.subject.junctions
    seasons = [
        simulated(
            city,
            seed,
            SEASON_DAYS,
            bursts_of_a_season(junctions, seed, SEASON_DAYS, BURSTS),
            keep / f"{city.name}-large",
        )
        for seed in seeds
    ]
    for with_meters in (False, True):
        told = []
        for year in seasons:
            learned, rows = told_of(city, rules, year, False)[
                "pressures and inflow" if with_meters else "pressures alone"
            ]
            told += [(leak, places_of(learned, one)) for leak, one in first_of_each(year, rows)]
        for low, high in ((40.0, 126.0), (126.0, 400.0), (40.0, 400.0)):
            some = [one for one in told if low <= one[0].flow_m3_h < high]
            said = of_large(city, some)
            print(
                f"{city.name}, {'with' if with_meters else 'without'} meters, {low:.0f} to {high:.0f} m³/h: {said}",
                flush=True,
            )


def first_of_each(year: Seen, rows: Rows) -> list[tuple[Leak, Proposal]]:
    """Of each leak that is found the first of *rows* while it stands."""
    found: dict[float, tuple[Leak, Proposal]] = {}
    for at_ms, one in rows:
        at_s = (at_ms - MONDAY_MS) / 1000.0
        for leak in year.leaks:
            if leak.begins_s <= at_s < leak.ends_s:
                found.setdefault(leak.begins_s, (leak, one))
    return list(found.values())


def of_large(city: City, told: list[tuple[Leak, Places]]) -> str:
    inside, zones, ratios = 0, [], []
    length = city.town.signatures.weight
    for leak, places in told:
        node = city.town.model.nodes.index(leak.node)
        touching = np.flatnonzero((city.town.model.ends[city.town.pipes] == node).any(axis=1))
        zone = places.zone()
        inside += bool(np.isin(touching, zone).any())
        zones.append(float(length[zone].sum() / length.sum()))
        ratios.append(float(np.sqrt(np.prod(places.size_m3_h)) / leak.flow_m3_h))
    if not told:
        return "none found"
    low, middle, high = np.quantile(ratios, [0.1, 0.5, 0.9]).tolist()
    share = (
        f"{inside} of {len(told)} in the zone of 80 %, middle zone {100 * statistics.median(zones):.1f} % of the mains"
    )
    return f"{share}; size told over the true one {low:.2f}, {middle:.2f}, {high:.2f} (one, five, nine in ten)"


if __name__ == "__main__":
    sys.exit(main())
