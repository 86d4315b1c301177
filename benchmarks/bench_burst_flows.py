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
    LEAKS,
    LEARNED_WEEKS,
    MONDAY_MS,
    MONTH_S,
    QUIET_WEEKS,
    STEP_S,
    WEEK_S,
    Alarm,
    LeakyYear,
    Subject,
    Town,
    l_town,
    moments_ms,
    score,
    thinned,
    told_s,
    town_of,
)
from burst_areas import Areas, areas_of, parts_behind_valves
from burst_demo import demo_town
from burst_years import Leak, Year, bursts_of_a_season, leaks_of_a_year, model_at

from app.operations.burst_flows import allowed_in
from app.telemetry.bursts.flows import (
    Area,
    FlowRule,
    FlowStanding,
    flow_rule_from,
    given_to_flows,
    metered,
    watch_flows,
)
from app.telemetry.bursts.night_flow import NIGHT_MS
from app.telemetry.bursts.places import Evidence, Metered, Places, place, spread_of_mean
from app.telemetry.bursts.told import Way
from app.telemetry.bursts.watch import Rule, Standing, rule_from, watch

FLOW_STEP_S = 900
SEASON_DAYS, BURSTS = 90, 60
QUIET = {"L-Town": 11, "demo city": 12}
YEARS = {"L-Town": (31, 32), "demo city": (41, 42)}
LARGE_SEEDS = (91, 92)
LOGGERS, DEMO_SEED = 33, 3


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
    """By pressures alone, by pressures that share the budget, and by inflow."""

    alone: Rule
    shared: Rule
    flows: FlowRule
    step_s: int


@dataclass(frozen=True)
class Seen:
    """What is measured of a year every *step_s*, and inflow every quarter of an hour."""

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
    print("way                    readings  budget  found  false  median h  in zone  zone %")
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
    areas = [Area(str(number), (), ()) for number in range(len(city.areas.meters))]
    return Rules(alone, shared, flow_rule_from(areas, flow_ms, quiet.flow_m3_h, flow_learned, given), step_s)


def by_pressures(city: City, rule: Rule, rules: Rules, year: Seen, with_meters: bool) -> list[Alarm]:
    """Alarms of the pressures, their places with what meters say or without."""
    head_m = thinned(year.head_m, rules.step_s)
    found = watch(rule, Standing.begin(head_m.shape[1]), moments_ms(len(head_m), rules.step_s), head_m)[1]
    alarms = []
    for one in found:
        if not one.ends:
            flows = None
            if with_meters:
                flows = flows_since(city, rules, year, one.since_ms, one.at_ms + rules.step_s * 1000)
            places = place(city.town.signatures, one.evidence, metered=flows)
            alarms.append(Alarm(told_s(one, rules.step_s), places))
    return alarms


def flows_since(city: City, rules: Rules, year: Seen, since_ms: int, until_ms: int) -> Metered:
    at_ms = moments_ms(len(year.flow_m3_h), FLOW_STEP_S)
    inside = (at_ms + FLOW_STEP_S * 1000 > since_ms) & (at_ms < until_ms)
    over = rules.flows.balance.neighbours.left_over(at_ms[inside], year.flow_m3_h[inside]).mean(axis=0)
    return metered(rules.flows, over, int(inside.sum()), city.of_pipe)


def by_inflow(city: City, rules: Rules, year: Seen) -> list[tuple[Way, Alarm]]:
    """Alarms of the inflow, their places with what pressures say since."""
    at_ms = moments_ms(len(year.flow_m3_h), FLOW_STEP_S)
    standing = FlowStanding.begin(len(city.areas.meters))
    head_m = thinned(year.head_m, rules.step_s)
    head_ms = moments_ms(len(head_m), rules.step_s)
    alarms = []
    for one in watch_flows(rules.flows, standing, at_ms, year.flow_m3_h)[1]:
        if one.detection.ends:
            continue
        until_ms = one.detection.at_ms + (NIGHT_MS if one.way is Way.NIGHT else FLOW_STEP_S * 1000)
        since_ms, near = one.detection.since_ms, rules.shared.neighbours
        inside = slice(*np.searchsorted(head_ms, [since_ms, until_ms]).tolist())
        shift_m = near.left_over(head_ms[inside], head_m[inside]).mean(axis=0)
        chance = spread_of_mean(rules.shared.quiet_m, inside.stop - inside.start)
        evidence = Evidence(shift_m, chance, near.transform(np.isfinite(shift_m)))
        flows = flows_since(city, rules, year, since_ms, until_ms)
        places = place(city.town.signatures, evidence, metered=flows)
        alarms.append((one.way, Alarm((until_ms - MONDAY_MS) / 1000.0, places)))
    return alarms


def report(city: City, rules: Rules, years: list[Seen], budget_s: float) -> None:
    """Rows of one budget at one rate of readings."""
    nodes = city.town.model.nodes
    leaky = [
        LeakyYear(year.head_m, year.leaks, city.town.along_m([nodes.index(leak.node) for leak in year.leaks]))
        for year in years
    ]
    inflow = [by_inflow(city, rules, year) for year in years]
    shared = [by_pressures(city, rules.shared, rules, year, with_meters=True) for year in years]
    ways = {
        "pressures alone": [by_pressures(city, rules.alone, rules, year, with_meters=False) for year in years],
        "flow balance": [[alarm for way, alarm in one if way is Way.BALANCE] for one in inflow],
        "night flow": [[alarm for way, alarm in one if way is Way.NIGHT] for one in inflow],
        "pressures and inflow": [
            sorted([*each, *(alarm for _, alarm in one)], key=lambda alarm: alarm.at_s)
            for each, one in zip(shared, inflow, strict=True)
        ],
    }
    budget = "week" if budget_s == WEEK_S else "month"
    for name, told in ways.items():
        got = score(told, leaky, city.town)
        found = f"{got['found']:3.0f}/{got['leaks']:.0f} {got['false']:6.1f} {got['delay_h']:9.1f}"
        print(
            f"{name:22} {rules.step_s // 60:2} min    {budget:6} {found} {got['inside']:8.0f} {got['zone']:7.1f}",
            flush=True,
        )


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
        told = [
            (leak, alarm.places)
            for year in seasons
            for alarm in by_pressures(city, rules.alone, rules, year, with_meters)
            for leak in year.leaks
            if leak.begins_s <= alarm.at_s <= leak.ends_s and alarm.places is not None
        ]
        for low, high in ((40.0, 126.0), (126.0, 400.0), (40.0, 400.0)):
            some = [one for one in told if low <= one[0].flow_m3_h < high]
            said = of_large(city, some)
            print(
                f"{city.name}, {'with' if with_meters else 'without'} meters, {low:.0f} to {high:.0f} m³/h: {said}",
                flush=True,
            )


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
