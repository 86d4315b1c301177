"""Planned outages in a large city: drafted and judged, named, recipients written, the calendar of a year's work.

Everything is done in a copy of the workspace: it writes into the journal. Figures are processor time of this process.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import numpy as np
from scipy.spatial import cKDTree

from app.dispatch.acts import Done
from app.journal.events import milliseconds
from app.messages import load_words
from app.operations.dispatch_rules import standards_of
from app.operations.edit import Author
from app.operations.make_city import make_demo
from app.operations.outage_notices import ground_of, names_of, recipients, write_recipients
from app.operations.outage_plan import record_and_effect
from app.operations.outage_revise import drafted_from
from app.operations.outage_sheet import Taken, outage_sheet, outages_view
from app.operations.outage_told import notice_id
from app.operations.outages import OutageDesk, carry_out, customers_of, open_outages
from app.operations.plan_subject import assessed
from app.operations.told_otherwise import concerned
from app.outage_requests import DraftOutage
from app.outages.acts import Revise, Rule
from app.outages.entries import Role, Ruling
from app.outages.fates import Fate
from app.outages.ledger import Ledger
from app.outages.templates import NoticeKind
from app.plan_requests import Subject
from app.requests import BuildDemo
from app.workspace import open_workspace
from gis.ground_names import GroundNames
from network.answers import AreaTarget
from network.supply import SupplyModel, prepare

PIPES, RECIPIENTS, ROUNDS, YEAR = 200, 50_000, 5, 300
_T = TypeVar("_T")
_NOW = datetime(2026, 3, 12, 6, 0, tzinfo=UTC)
_START = datetime(2026, 3, 17, 14, 0, tzinfo=UTC)
_HOUR_MS = 3_600_000


def timed(told: str, work: Callable[[], _T]) -> _T:
    """Do *work* and print what it took."""
    clock_s, cpu_s = time.perf_counter(), time.process_time()
    made = work()
    print(f"{told:<58} {time.perf_counter() - clock_s:7.3f} s, {time.process_time() - cpu_s:7.3f} s of processor time")
    return made


def area_of(model: SupplyModel, middle: int, pipes: int) -> AreaTarget:
    """A square around a node in which about so many pipes lie."""
    nodes = model.city.network.nodes
    xy_m = np.column_stack([nodes.x_m, nodes.y_m])
    ends = model.city.network.pipes.from_node
    half_m = float(cKDTree(xy_m[ends]).query(xy_m[middle], k=pipes)[0][-1]) * 0.886
    x_m, y_m = (float(value) for value in xy_m[middle])
    corners = ((-half_m, -half_m), (half_m, -half_m), (half_m, half_m), (-half_m, half_m))
    return AreaTarget(tuple((x_m + dx, y_m + dy) for dx, dy in corners))


def feasible_areas(model: SupplyModel, rounds: int) -> Iterator[AreaTarget]:
    """Areas that valves alone make dry, spread over the city."""
    rng, found = np.random.default_rng(3), 0
    while found < rounds:
        target = area_of(model, int(rng.integers(len(model.city.network.nodes.x_m))), PIPES)
        if assessed(model, Subject(target)).plan.feasible:
            found += 1
            yield target


def book_year(desk: OutageDesk, act: Revise) -> OutageDesk:
    """A year's outages, one a day and a bit, each of the plan of *act*."""
    for at in range(YEAR):
        shift = timedelta(hours=30 * at)
        moved = replace(act, start_ms=act.start_ms + round(shift / timedelta(milliseconds=1)))
        moved = replace(moved, end_ms=moved.start_ms + 6 * _HOUR_MS)
        desk, outcome = carry_out(desk, moved, Author("planner"), _NOW)
        assert isinstance(outcome, Done)
    return desk


def one_round(
    desk: OutageDesk, model: SupplyModel, request: DraftOutage, taken: Taken, number: str, ground: GroundNames
) -> OutageDesk:
    """Draft one outage, and name its area."""

    def drafted() -> OutageDesk:
        after, outcome = carry_out(desk, drafted_from(model, request), Author("planner"), _NOW)
        assert isinstance(outcome, Done), outcome
        outages_view(after, _NOW, taken)
        outage_sheet(after, number, _NOW)
        return after

    made = timed(f"{PIPES} pipes planned, drafted, judged, in the calendar", drafted)
    timed("  its bounds, streets and communities", lambda: names_of(made, made.book[number].plan, ground))
    return made


def measure(folder: Path) -> None:
    """Print the figures of the workspace in *folder*."""
    workspace = open_workspace(folder)
    print(f"{len(workspace.city.network.pipes):,} pipes, {len(workspace.city.customers):,} customers")
    model = timed("supply model, once", lambda: prepare(workspace.city, workspace.states))
    model.structure.warm_up()
    desk, taken, words = open_outages(workspace, standards_of(folder)), Taken(), load_words("zh_CN")
    ground = timed("names on the ground, once", lambda: ground_of(workspace))
    start_ms = milliseconds(_START)
    for number, target in enumerate(feasible_areas(model, ROUNDS), 1):
        request = DraftOutage(Subject(target), start_ms, start_ms + 6 * _HOUR_MS, milliseconds(_NOW))
        desk = one_round(desk, model, request, taken, f"J{number}", ground)
    plan = timed_large(desk, model, start_ms)
    desk, outcome = carry_out(desk, plan, Author("planner"), _NOW)
    assert isinstance(outcome, Done)
    large = desk.book[f"J{ROUNDS + 1}"]
    for suffix in (".csv", ".xlsx"):
        path = folder / f"recipients{suffix}"
        timed(
            f"{RECIPIENTS:,} recipients as {suffix}",
            lambda path=path: write_recipients(large.number, recipients(desk, large.plan), path, words),  # type: ignore[misc]
        )
    timed("  bounds, streets and communities of these", lambda: names_of(desk, large.plan, ground))
    desk = call_off_told(desk, large.number, folder)
    small = drafted_from(model, request)
    desk = timed(f"{YEAR} outages entered", lambda: book_year(desk, small))
    timed("list, clocks and clashes of all, first time", lambda: outages_view(desk, _NOW, taken))
    timed("list, clocks and clashes of all, again", lambda: outages_view(desk, _NOW, taken))
    workspace.close()


def call_off_told(desk: OutageDesk, number: str, folder: Path) -> OutageDesk:
    """Everybody was told of an outage that is called off: who is to be told so."""
    large = desk.book[number]
    with closing(Ledger(folder)) as ledger:
        ids = [one for some in customers_of(desk, large.plan).values() for one in some]
        ledger.enter(notice_id(large, NoticeKind.PLANNED), dict.fromkeys(ids, Fate.TOLD), 0)
    act = Rule(number, Ruling.CANCEL, Role.NETWORK, reason="rain")
    desk, outcome = carry_out(desk, act, Author("planner"), _NOW)
    assert isinstance(outcome, Done)
    found = timed("  called off: whoever was told is found", lambda: concerned(desk, desk.book[number]))
    assert found.owed == len(ids)
    return desk


def timed_large(desk: OutageDesk, model: SupplyModel, start_ms: int) -> Revise:
    """An outage whose customers are the :data:`RECIPIENTS` nearest to one of the city's."""
    city = desk.workspace.city
    xy_m = np.column_stack([city.customers.x_m, city.customers.y_m])
    rows = cKDTree(xy_m).query(xy_m[len(xy_m) // 2], k=min(RECIPIENTS, len(xy_m)))[1]
    record, effect = record_and_effect(model, assessed(model, Subject(area_of(model, 0, 3))), 0)
    record |= {"feasible": True, "customers_out": city.customers.ids.take(np.sort(rows))}
    return Revise(record, replace(effect, out=len(rows)), start_ms, start_ms + 6 * _HOUR_MS)


@contextmanager
def copied(folder: Path | None) -> Iterator[Path]:
    """A workspace to be written into."""
    with tempfile.TemporaryDirectory() as place:
        city = Path(place) / "city"
        if folder is None:
            make_demo(BuildDemo(city, 20_000, 7), lambda _step, _fraction=None: None)
        else:
            shutil.copytree(folder, city)
        yield city


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("workspace", type=Path, nargs="?", help="a demo city of 20,000 pipes where none is named")
    options = parser.parse_args()
    with copied(options.workspace) as city:
        measure(city)


if __name__ == "__main__":
    main()
