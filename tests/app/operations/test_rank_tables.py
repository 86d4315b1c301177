"""A ranking in the cache: made once a state and day, settled where asked, true to the ranking it comes from."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from app.operations.rank_sheets import export_ranking
from app.operations.rank_tables import ranking_of
from app.operations.valve_history import last_turned_ms, valve_chances
from app.rank_tables import NEVER_MS, open_ranking
from app.workspace import open_workspace, record_valve_observed
from gis.errors import GisError
from network.answers import CannotIsolate, PipeTarget
from network.assets import Condition, DeviceKind, Position
from network.errors import CodedError
from network.impact import assess_impact
from network.isolation import plan_isolation
from network.supply import prepare

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


def test_a_ranking_is_made_once_and_refined_once(own_demo: Path) -> None:
    steps: list[str] = []

    def tell(step: str, _share: float | None) -> None:
        steps.append(step)

    with closing(open_workspace(own_demo)) as workspace:
        bounds, stamp = ranking_of(workspace, NOW, exact=False, tell=tell)
        assert steps == ["ranking"]
        exact, _ = ranking_of(workspace, NOW, exact=True, tell=tell)
        assert steps.count("ranking") == (1 if bounds.exact else 2)
        steps.clear()
        again, same = ranking_of(workspace, NOW, exact=True, tell=tell)
        kept = open_ranking(workspace.cache, stamp)
        assert (same, steps) == (stamp, [])
        assert exact.exact
        assert again.exact
        assert kept.exact
        assert (kept.segments.losses.table == exact.segments.losses.table).all()
        assert (bounds.segments.losses.table <= exact.segments.losses.table + 1e-6).all()
        assert ranking_of(workspace, NOW + timedelta(days=1), exact=False, tell=tell)[1] != stamp
        valve = workspace.city.network.devices.ids[0]
        later = record_valve_observed(workspace, valve, now=NOW, actor="a", condition=Condition.PASSING)
        with pytest.raises(GisError):
            open_ranking(later.cache, stamp)
        assert ranking_of(later, NOW, exact=False, tell=tell)[1] != stamp


def test_a_segment_has_its_parts_its_widest_main_and_what_a_plan_takes(own_demo: Path) -> None:
    with closing(open_workspace(own_demo)) as workspace:
        tables, _ = ranking_of(workspace, NOW, exact=True, tell=lambda _step, _share: None)
        model = prepare(workspace.city, workspace.states)
        pipes, segments = workspace.city.network.pipes, tables.segments
        assert len(segments.order) > 20
        compared = 0
        for segment in segments.order[:: max(len(segments.order) // 15, 1)].tolist():
            parts = segments.parts(segment)
            mains = set(parts.pipe.tolist())
            assert int(segments.mains[segment]) == len(mains)
            main = int(segments.main_pipe[segment])
            assert main in mains
            assert pipes.dn_mm[main] == pipes.dn_mm[sorted(mains)].max()
            at = int(np.argmax(parts.end_m - parts.start_m))
            middle_m = float(parts.start_m[at] + parts.end_m[at]) / 2.0
            plan = plan_isolation(model, PipeTarget(int(parts.pipe[at]), middle_m))
            if isinstance(plan, CannotIsolate):
                assert not segments.feasible[segment]
                plan = plan.if_stopped
            out = len(assess_impact(model, plan).out)
            assert out == segments.losses.customers[segment]
            assert tables.pipe_customers[parts.pipe].min() >= out
            compared += 1
        assert compared > 10


def test_parts_of_two_segments_are_those_of_each(own_demo: Path) -> None:
    with closing(open_workspace(own_demo)) as workspace:
        segments = ranking_of(workspace, NOW, exact=False, tell=lambda _step, _share: None)[0].segments
        one, other = segments.order[:2].tolist()
        both = segments.parts(one, other)
        assert len(both) == len(segments.parts(one)) + len(segments.parts(other))
        assert (np.diff(both.pipe) >= 0).all()


def test_who_reported_a_position_had_a_key_on_the_valve(own_demo: Path) -> None:
    with closing(open_workspace(own_demo)) as opened:
        devices = opened.city.network.devices
        rows = np.flatnonzero(devices.kind == DeviceKind.ISOLATION)[:3].tolist()
        turned, only_seen, taken_back = (devices.ids[row] for row in rows)
        moment = NOW - timedelta(days=400)
        workspace = record_valve_observed(opened, turned, now=moment, actor="a", position=Position.OPEN)
        workspace = record_valve_observed(workspace, only_seen, now=NOW, actor="a", condition=Condition.OPERABLE)
        workspace = record_valve_observed(workspace, taken_back, now=NOW, actor="a", position=Position.CLOSED)
        wrong = workspace.state.valves[taken_back][-1].key
        workspace = record_valve_observed(workspace, taken_back, now=NOW, actor="a", corrects=[wrong])
        last_ms = last_turned_ms(workspace)
        assert last_ms[rows[0]] == round(moment.timestamp() * 1000)
        assert last_ms[rows[1]] == last_ms[rows[2]] == NEVER_MS
        before = valve_chances(workspace.city, workspace.states, np.full(len(devices), NEVER_MS), NOW)
        after = valve_chances(workspace.city, workspace.states, last_ms, NOW)
        assert after[rows[0]] > before[rows[0]], "turned a year ago is better than nobody knows when"


def test_valves_to_exercise_are_sorted_by_what_their_failure_is_expected_to_cost(own_demo: Path) -> None:
    with closing(open_workspace(own_demo)) as workspace:
        valves = ranking_of(workspace, NOW, exact=True, tell=lambda _step, _share: None)[0].valves
        expected = valves.more.table[0, valves.exercise] * (1.0 - valves.chance[valves.exercise])
        assert len(expected) > 10
        assert (np.diff(expected) <= 1e-9).all()
        assert (workspace.city.network.devices.dn_mm[valves.device[valves.exercise]] >= 100).all()
        with pytest.raises(CodedError) as refused:
            export_ranking("pdf", own_demo / "x", workspace.city, None, None)  # type: ignore[arg-type]  # refused first
        assert refused.value.code == "unknown_export"
