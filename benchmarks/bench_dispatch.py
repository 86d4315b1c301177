"""Crews suggested: 200 crews for 500 jobs, and the ways over a city's roads that it needs.

The assignment is told against SciPy's bare one over the same costs, a job's search against the bare search of one
crossing. Processor time, one core: the best of several.

Usage: ``python benchmarks/bench_dispatch.py [--pipes N]``
"""

import argparse
import time
from collections.abc import Callable

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse.csgraph import dijkstra

from app.dispatch.coverage import cover, people_at
from app.dispatch.crews import Crew, CrewState, Job
from app.dispatch.suggest import suggest
from gis.roads import road_network
from gis.synthetic.city import generate_city
from gis.ways import search, ways_to

CREWS, JOBS = 200, 500


def best_ms(what: Callable[[], object], times: int = 7) -> float:
    """Processor time of the quickest."""
    found = []
    for _ in range(times):
        begun = time.process_time()
        what()
        found.append((time.process_time() - begun) * 1000)
    return min(found)


def crews_of(chance: np.random.Generator) -> list[Crew]:
    """A quarter at work, a quarter on the way, half idle, with what they can and carry."""
    made = []
    for number in range(CREWS):
        state = (CrewState.ON_SCENE, CrewState.EN_ROUTE, CrewState.STANDBY, CrewState.STANDBY)[number % 4]
        at_work, busy = state is CrewState.ON_SCENE, number % 4 < 2
        made.append(
            Crew(
                f"C{number}",
                state,
                skills=frozenset({"weld"} if number % 3 else set()),
                equipment=frozenset({"clamp_600"} if number % 5 == 0 else set()),
                largest_dn_mm=300.0 if number % 2 else None,
                fix_ms=0,
                free_ms=int(chance.integers(0, 7200)) * 1000 if at_work else None,
                free_late_ms=9_000_000 if at_work else None,
                job=f"W{number}" if busy else None,
                accepted=at_work,
            )
        )
    return made


def jobs_of(chance: np.random.Generator) -> list[Job]:
    return [
        Job(
            f"W{number + 1000 * (number % 4 == 0)}",
            due_ms=int(chance.integers(-600, 1800)) * 1000,
            weight=1.0 + number % 3,
            skills=frozenset({"weld"} if number % 2 else set()),
            equipment=frozenset({"clamp_600"} if number % 20 == 0 else set()),
            dn_mm=float(chance.choice([100, 200, 600])),
            crew=f"C{number}" if number < CREWS and number % 4 == 1 else None,
        )
        for number in range(JOBS)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the suggestion of crews and the ways that it needs.")
    parser.add_argument("--pipes", type=int, default=20_000)
    options = parser.parse_args()
    chance = np.random.default_rng(7)
    crews, jobs = crews_of(chance), jobs_of(chance)
    travel_s = chance.uniform(60, 3000, (JOBS, CREWS))
    mine = best_ms(lambda: suggest(jobs, crews, travel_s, 0))
    matrix = np.hstack([travel_s, np.where(np.eye(JOBS, dtype=np.bool_), 1e4, 1e12)])
    bare = best_ms(lambda: linear_sum_assignment(matrix))
    print(f"suggest {CREWS} crews x {JOBS} jobs: {mine:.0f} ms (promise 250), bare assignment {bare:.0f}")

    city = generate_city(options.pipes, 7)
    roads = road_network(city.get("road"))
    places = roads.node_m[chance.integers(0, len(roads.node_m), JOBS)] + chance.uniform(-30, 30, (JOBS, 2))
    stands = roads.node_m[chance.integers(0, len(roads.node_m), CREWS)]
    one = best_ms(lambda: search(roads, places[:1]))
    plain = best_ms(lambda: dijkstra(roads.graph, indices=0))
    print(f"{len(roads.node_m)} crossings: a new job's search {one:.1f} ms, bare {plain:.1f}: {one / plain:.2f} x")
    searched = search(roads, places)
    ways = best_ms(lambda: ways_to(roads, searched, stands))
    print(f"ways of all {CREWS} crews to {JOBS} known jobs: {ways:.0f} ms; with the suggestion {ways + mine:.0f}")
    people = people_at(roads, roads.node_m, np.ones(len(roads.node_m)))
    reach = best_ms(lambda: cover(roads, stands, people), 3)
    found = cover(roads, stands, people)
    gap = best_ms(lambda: found.opened_by(0))
    print(f"coverage by {CREWS} crews: {reach:.0f} ms; the gap that one would leave {gap:.1f}")


if __name__ == "__main__":
    main()
