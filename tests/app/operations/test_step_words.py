"""Steps of a shutdown in words: every code has its words, and what is not known is said."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

import numpy as np
import pytest

from app.errors import AppError
from app.messages import LANGUAGES, load_words
from app.operations.isolate import Desk, parse_query
from app.operations.order import Crews, method_record, order_of, travel_for
from app.operations.roads import roads_of, ways_to_valves_s
from app.operations.step_table import step_sheet
from app.operations.step_words import method_text, step_text
from app.workspace import open_workspace
from gis.layers import LayerSet
from gis.roads import RoadNetwork, road_network
from network.assets import Turning
from network.closing_order import Duty, TravelBasis
from network.flushing import Bearing
from network.method_steps import Method, NoMethod, StepKind, WhyNoMethod
from network.normal_positions import ReturnReason
from network.outlets import OutletKind
from network.supply import SupplyModel, prepare

SECTIONS: dict[str, Iterable[StrEnum]] = {
    "step": StepKind,
    "duty": Duty,
    "bearing": Bearing,
    "outlet": OutletKind,
    "travel": TravelBasis,
    "return_reason": ReturnReason,
    "no_method": WhyNoMethod,
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("section", SECTIONS)
def test_every_code_has_words(language: str, section: str) -> None:
    words = load_words(language)
    assert [code for code in SECTIONS[section] if not words.has(section, code.value)] == []


@pytest.fixture(scope="module")
def city(demo: Path) -> tuple[SupplyModel, RoadNetwork]:
    with closing(open_workspace(demo)) as workspace:
        return prepare(workspace.city, workspace.states), roads_of(workspace)


def method_for(model: SupplyModel, least: int = 3, crews: Crews | None = None) -> Method:
    desk = Desk(model)
    for name in model.city.network.pipes.ids:
        answer = desk.answer(parse_query({"pipe": name}))
        if answer.plan.feasible and len(answer.plan.close) >= least and answer.plan.isolated.length_m > 100.0:
            method = order_of(model, answer, crews or Crews())
            assert isinstance(method, Method)
            return method
    raise AssertionError("no such plan")


def test_what_is_not_recorded_is_said(city: tuple[SupplyModel, RoadNetwork]) -> None:
    model, words = city[0], load_words("en")
    method = method_for(model)
    close = next(step for step in method.steps if step.kind is StepKind.CLOSE)
    blind = replace(close, turns_recorded=False, turning=Turning.UNKNOWN, slowly=True)
    told = step_text(model, blind, words)
    assert "about" in told
    assert "(none recorded)" in told
    assert "way to turn not recorded" in told
    assert "slowly" in told
    lost = replace(close, kind=StepKind.FLUSH, device=-1, turns=0.0, flush=None)
    assert "choose a place on site" in step_text(model, lost, words)
    flush = next(step.flush for step in method.steps if step.flush is not None)
    vague = replace(flush, comes_from=None, velocity_m_s=np.nan, volume_m3=np.nan, seconds=None, outlets_needed=0)
    unclear = replace(lost, flush=vague, outlet=vague.outlet)
    assert step_text(model, unclear, words) == step_text(model, replace(unclear, turning=Turning.CLOCKWISE), words)
    record = method_record(model, replace(method, steps=(unclear,)), ["?"])
    assert record["steps"][0]["flush"]["water_comes_from"] is None
    assert record["steps"][0]["flush"]["minutes"] is None


def test_doubts_about_the_whole_stand_at_its_head(city: tuple[SupplyModel, RoadNetwork]) -> None:
    model = city[0]
    method = method_for(model)
    doubtful = replace(
        method,
        order=replace(method.order, proven=False, starts_known=True),
        draining=replace(method.draining, levels_known=False, left_m3=None, outlets=()),
        refilling=replace(method.refilling, rest_m=120.0, must_flush=True),
        stops_sources=True,
    )
    told = method_text(model, doubtful, load_words("en"))
    for part in (
        "Valves alone cannot stop the water",
        "not proven best",
        "whether the drains reach all water is not known",
        "120 m are not filled",
        "Water may run back",
    ):
        assert part in told
    assert "Where crews stand" not in told
    assert method_record(model, doubtful, [""] * len(method.steps))["draining"]["left_m3"] is None


def test_the_sheet_has_a_row_for_every_step_and_none_where_there_is_no_programme(
    city: tuple[SupplyModel, RoadNetwork],
) -> None:
    model, words = city[0], load_words("zh_CN")
    answer = Desk(model).answer(parse_query({"pipe": model.city.network.pipes.ids[0]}))
    method = order_of(model, answer, Crews())
    assert isinstance(method, Method)
    sheet = step_sheet(model, answer, words)
    assert sheet.title == "操作步骤"
    assert [row[0] for row in sheet.rows] == list(range(1, len(method.steps) + 1))
    assert all(len(row) == len(sheet.header) for row in sheet.rows)
    assert list(step_sheet(model, answer, words, NoMethod(WhyNoMethod.NO_PLACE)).rows) == []


def test_ways_go_over_roads_as_far_as_they_lead(city: tuple[SupplyModel, RoadNetwork]) -> None:
    model, roads = city
    plan = Desk(model).answer(parse_query({"pipe": model.city.network.pipes.ids[0]})).plan
    nodes = model.city.network.nodes
    corner = (float(nodes.x_m.min()), float(nodes.y_m.min()))
    crews = Crews(1, (corner,))
    by_road, straight = travel_for(model, plan, crews, roads), travel_for(model, plan, crews)
    assert (by_road.basis, straight.basis) == (TravelBasis.ROAD, TravelBasis.STRAIGHT_LINE)
    assert by_road.between_s.shape == straight.between_s.shape
    assert np.allclose(np.diag(by_road.between_s), 0.0)
    ways_s = ways_to_valves_s(roads, model.city.network.devices, corner)
    assert ways_s[list(by_road.devices)].tolist() == pytest.approx(by_road.from_crew_s[0].tolist())
    nothing = road_network(LayerSet(4548).get("road"))
    assert travel_for(model, plan, crews, nothing).basis is TravelBasis.STRAIGHT_LINE


def test_as_many_places_as_crews() -> None:
    with pytest.raises(AppError, match="crews_and_places_differ"):
        Crews(2, ((0.0, 0.0),))
