"""Whether bringing water back is safe, on small cities by hand-worked figures; EPANET runs in this process."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from small_city import Draft, recorded

from network import hydraulic_effect, hydraulics
from network.answers import IsolationPlan, PipeTarget
from network.hydraulic_defaults import HydraulicSettings
from network.hydraulic_inputs import StatedHydraulics, hydraulic_inputs
from network.hydraulic_records import HydraulicWarning
from network.isolation import plan_isolation
from network.resupply import find_resupply
from network.resupply_pressure import MOST_CHECKED, Checked, Safety, check_options, unchecked
from network.resupply_records import Resupply
from network.supply import SupplyModel, prepare


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The child does the same; here its lines are counted."""
    monkeypatch.setattr(
        hydraulic_effect, "run_in_child", lambda _limit, _name, texts, **_more: hydraulics.solve_texts(texts)
    )


def street(closed: int = 1) -> Draft:
    """A burst on ab cuts c off; T feeds n, and c through B if it is opened."""
    draft = Draft().chain("S", "a", "b", "c").pipe("nc", "n", "c").pipe("Tn", "T", "n", 1000.0)
    draft.source("plant", node="S").source("other", node="T").device("V1", pipe="ab", at=20.0)
    draft.device("V2", pipe="bc", at=20.0)
    for at in range(closed):
        name = "nc" if not at else f"nc{at}"
        if at:
            draft.pipe(name, "n", "c")
        draft.device(f"B{at:02d}", "BOUNDARY", pipe=name, at=50.0, position="CLOSED")
    for name, pipe, at_m in (("cut off", "bc", 90.0), ("neighbour", "Tn", 900.0)):
        draft.customer(name, pipe, at_m, category="fire_service")
    return draft


def asked(draft: Draft, demand_m3_d: float, heads_m: tuple[float, float], **settings: Any) -> Any:
    city = draft.city()
    model = prepare(city, recorded(city))
    plan = plan_isolation(model, PipeTarget(city.network.pipes.ids.find("ab")))
    assert isinstance(plan, IsolationPlan)
    found = find_resupply(model, plan)
    assert isinstance(found, Resupply)
    stated = StatedHydraulics(np.full(len(city.customers), demand_m3_d), np.array(heads_m), None)
    settled = HydraulicSettings(**{"pressure_driven": False, **settings})
    return model, plan, found, hydraulic_inputs(model, stated, year=2024, settings=settled)


def checked(draft: Draft, demand_m3_d: float, heads_m: tuple[float, float], **settings: Any) -> tuple[Checked, ...]:
    model, plan, found, inputs = asked(draft, demand_m3_d, heads_m, **settings)
    return check_options(model, plan, found.options, inputs, 3.0)


def ids(model: SupplyModel, rows: np.ndarray) -> list[str]:
    return model.city.customers.ids.take(rows)


def test_enough_pressure_for_all_is_safe_at_both_hours() -> None:
    (one,) = checked(street(), 24.0, (50.0, 50.0))
    assert one.safety == Safety.SAFE
    assert [at.hour for at in one.hours] == [3.0, 8.0]
    assert all(not len(at.low) and not len(at.newly_low) and at.lowest_mpa > 0.18 for at in one.hours)
    assert one.hours[0].low_before == 0
    assert one.failed is None


def test_at_the_peak_hour_itself_one_hour_is_enough() -> None:
    model, plan, found, inputs = asked(street(), 24.0, (50.0, 50.0), peak_hour=3.0)
    told: list[float] = []
    (one,) = check_options(model, plan, found.options, inputs, 3.0, progress=told.append)
    assert [at.hour for at in one.hours] == [3.0]
    assert told == [1.0]


def test_a_low_neighbour_zone_brings_water_back_but_low() -> None:
    (one,) = checked(street(), 240.0, (50.0, 19.0))
    assert one.safety == Safety.LOW
    assert one.hours[0].low.tolist() == [0]
    assert one.hours[0].low_before == 0
    assert 0.1 < one.hours[0].lowest_mpa < 0.18
    (usual,) = checked(street(), 240.0, (19.0, 19.0))
    assert usual.hours[0].low_before == 1, "they are low without any plan"


def test_neighbours_who_fall_low_because_of_it_are_harm() -> None:
    """1,000 m of DN 200 lose some 3 m to one customer of 70 m3/h, and nearly four times that to two."""
    (one,) = checked(street(), 24.0 * 70.0, (60.0, 27.0))
    assert one.safety == Safety.HARMS
    night, peak = one.hours
    assert not len(night.newly_low)
    assert peak.newly_low.tolist() == [1]
    assert peak.low.tolist() == [0]
    assert len(peak.stirred)
    assert peak.fastest_m_s > 0.4


def test_pressures_that_are_not_found_never_make_an_option_safe(monkeypatch: pytest.MonkeyPatch) -> None:
    model, plan, found, inputs = asked(street(), 24.0, (50.0, 50.0))
    real = hydraulic_effect.run_in_child
    calls: list[int] = []

    def fails_later(*args: Any, **more: Any) -> Any:
        calls.append(1)
        if len(calls) > 1:
            raise hydraulic_effect.NetworkError("child_timeout", seconds=1.0)
        return real(*args, **more)

    monkeypatch.setattr(hydraulic_effect, "run_in_child", fails_later)
    (one,) = check_options(model, plan, found.options, inputs, 3.0)
    assert one.safety == Safety.NOT_CHECKED
    assert one.failed is not None
    assert one.failed.code == "hydraulics_timeout"


def test_a_coarse_balance_never_makes_an_option_safe(monkeypatch: pytest.MonkeyPatch) -> None:
    model, plan, found, inputs = asked(street(), 24.0, (50.0, 50.0))
    real = hydraulic_effect.run_in_child

    def coarse(*args: Any, **more: Any) -> Any:
        return tuple(replace(one, warnings=(HydraulicWarning.COARSE,)) for one in real(*args, **more))

    monkeypatch.setattr(hydraulic_effect, "run_in_child", coarse)
    (one,) = check_options(model, plan, found.options, inputs, 3.0)
    assert one.safety == Safety.NOT_CONVERGED
    assert one.failed is None
    assert {warning for at in one.hours for warning in at.warnings} == {HydraulicWarning.COARSE}


def test_no_balance_with_the_plan_alone_leaves_every_option_without_a_verdict() -> None:
    (one,) = checked(street(), 24.0 * 70.0, (60.0, 50.0), trials=1)
    assert one.safety == Safety.NOT_CONVERGED
    assert one.failed is not None
    assert not one.hours


def test_only_the_first_options_are_solved() -> None:
    model, plan, found, inputs = asked(street(), 24.0, (50.0, 50.0))
    many = found.options * (MOST_CHECKED + 1)
    verdicts = [one.safety for one in check_options(model, plan, many, inputs, 3.0)]
    assert verdicts == [Safety.SAFE] * MOST_CHECKED + [Safety.NOT_CHECKED]
    assert unchecked(many)[0].safety == Safety.NOT_CHECKED


def test_customers_of_a_station_have_no_meter_of_their_own() -> None:
    draft = street().station("B", "bc", 80.0)
    draft.customers[0]["station"] = "B"
    (one,) = checked(draft, 24.0, (50.0, 50.0))
    assert one.safety == Safety.SAFE
    assert np.isnan(one.hours[0].lowest_mpa)
