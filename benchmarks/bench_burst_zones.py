"""What zones of rows with meters hold on years of calibration, by several rules; which was taken: docs/decisions.

Usage: ``python benchmarks/bench_burst_zones.py [--inp FILE | --demo] [--keep FOLDER]``

The product's own rows of leaky years and of seasons of large bursts, as ``bench_burst_flows.py`` scores them, never of
the years that are scored. A rule is one set of the product's own constants.
"""

import argparse
import sys
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from unittest.mock import patch

import numpy as np
from bench_burst_flows import (
    BURSTS,
    FLOW_STEP_S,
    QUIET,
    SEASON_DAYS,
    City,
    Seen,
    demo_city,
    first_of_each,
    l_town_city,
    rules_of,
    simulated,
    told_of,
)
from bench_bursts import DAYS, LEAKS, MONTH_S, QUIET_WEEKS, WEEK_S
from burst_years import Leak, bursts_of_a_season, leaks_of_a_year

import app.operations.burst_evidence as evidence
from app.operations.burst_evidence import places_of
from app.telemetry.bursts import places
from app.telemetry.bursts.learned import Learned
from app.telemetry.bursts.proposals import Proposal

SHOWN = "pressures and inflow"
YEARS = {"L-Town": (21, 22, 71, 72), "demo city": (61, 62, 63, 64)}
LARGE_SEEDS = (81, 82)
TRIED = ((4.0, 0.6, 1e-3), (4.0, 0.6, 0.1), (9.0, 0.6, 0.1), (9.0, 0.9, 0.1), (16.0, 0.9, 0.1), (25.0, 0.9, 0.1))
"""Factor of the chance of inflow, error of size, and how likely a burst is elsewhere than in the DMA that told it."""
LEAST_SHARE = 1e-12


def main() -> int:
    """Print a line for each rule and each kind of year."""
    parser = argparse.ArgumentParser(description="What zones with meters hold on years of calibration.")
    parser.add_argument("--inp", type=Path)
    parser.add_argument("--demo", action="store_true", help="the demo city instead of L-Town")
    parser.add_argument("--keep", type=Path, help="folder to keep what was simulated in")
    wanted = parser.parse_args()
    warnings.filterwarnings("ignore", message="WARNING")
    keep = wanted.keep or Path(tempfile.gettempdir())
    city = demo_city(keep) if wanted.demo else l_town_city(wanted.inp)
    if city is None:
        print("not measured: needs L-TOWN.inp, which comes with the epyt package")
        return 0
    quiet = simulated(city, QUIET[city.name], 7 * QUIET_WEEKS, (), keep / f"{city.name}-quiet")
    junctions = city.subject.junctions
    years = [
        simulated(city, seed, DAYS, leaks_of_a_year(junctions, seed, DAYS, LEAKS), keep / city.name)
        for seed in YEARS[city.name]
    ]
    seasons = [
        simulated(
            city,
            seed,
            SEASON_DAYS,
            bursts_of_a_season(junctions, seed, SEASON_DAYS, BURSTS),
            keep / f"{city.name}-large",
        )
        for seed in LARGE_SEEDS
    ]
    for step_s in (FLOW_STEP_S, 300):
        both = [found_in(city, quiet, years, step_s, budget_s) for budget_s in (WEEK_S, MONTH_S)]
        report(city, f"leaks, {step_s // 60} min", [*both[0], *both[1]])
    report(city, "large bursts", found_in(city, quiet, seasons, FLOW_STEP_S, WEEK_S))
    return 0


Case = tuple[Learned, Proposal, Leak]


def found_in(city: City, quiet: Seen, years: Sequence[Seen], step_s: int, budget_s: float) -> list[Case]:
    """Of each leak that is found its first row."""
    rules = rules_of(city, quiet, step_s, budget_s)
    found = []
    for year in years:
        learned, rows = told_of(city, rules, year, False)[SHOWN]
        found += [(learned, one, leak) for leak, one in first_of_each(year, rows)]
    return found


def report(city: City, name: str, cases: Sequence[Case]) -> None:
    """One line for each rule."""
    nodes, weight = city.town.model.nodes, city.town.signatures.weight
    for factor, size_error, elsewhere in TRIED:
        inside, gains = 0, []
        with (
            patch.multiple(places, METER_CHANCE=factor, ALIKE=places.alike(size_error)),
            patch.object(evidence, "ELSEWHERE", elsewhere),
        ):
            for learned, one, leak in cases:
                told = places_of(learned, one)
                touching = (city.town.model.ends[city.town.pipes] == nodes.index(leak.node)).any(axis=1)
                inside += bool(touching[told.zone()].any())
                share = weight[touching].sum() / weight.sum()
                gains.append(np.log(max(told.probability[touching].sum(), LEAST_SHARE) / share))
        rule = f"chance {factor}, size {size_error}, elsewhere {elsewhere}"
        got = f"{inside} of {len(cases)}, gain {np.mean(gains):.3f}"
        print(f"{city.name}, {name}; {rule}: {got}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
