"""A calibrated model's figures at their places, and the defaults that stand where there is none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from small_city import Draft, recorded

from network.assets import PipeTable
from network.calibration import calibrated
from network.columns import CodedColumn
from network.errors import NetworkError
from network.hydraulic_defaults import bore_mm, flat_curve, hazen_williams_c, multipliers, peak_hour
from network.hydraulic_inputs import M3_D_PER_HEAD, HydraulicInputs, StatedHydraulics, hydraulic_inputs
from network.hydraulic_records import CalibratedLink, CalibratedNode, Calibration
from network.supply import SupplyModel, prepare

NAN = float("nan")


def city() -> SupplyModel:
    draft = Draft().chain("r", "a", "b", "c", "d").source("r", node="r").source("new", node="d")
    draft.device("ab", "PUMP", pipe="ab", at=50.0, direction=1).device("bc", "PRV", pipe="bc", at=50.0, direction=1)
    draft.device("t", pipe="cd", at=50.0).source("c", node="c")
    draft.node("r", 0, 0, 30.0).node("b", 200, 0, 10.0).node("d", 210, 0)
    made = draft.customer("k", "ra", 5.0, people=10).city()
    return prepare(made, recorded(made))


def plain(model: SupplyModel, stated: StatedHydraulics | None = None) -> HydraulicInputs:
    return hydraulic_inputs(model, stated or StatedHydraulics(), year=2024)


def test_the_models_figures_take_their_places() -> None:
    model = city()
    nodes = (
        CalibratedNode("r", 20.0, 0.0, 77.0),
        CalibratedNode("d", 8.0, 5.0, NAN),
        CalibratedNode("c", 12.0, -2.0, NAN),
        CalibratedNode("unknown", 0.0, 0.0, NAN),
    )
    links = (
        CalibratedLink("ra", "pipe", 90.0, 180.0, 111.0, 0.4, closed=True, setting=NAN),
        CalibratedLink("ab", "pump", 0.0, 0.0, 0.0, 0.0, closed=True, setting=0.9, curve=((0.0, 9.0), (5.0, 1.0))),
        CalibratedLink("bc", "prv", 0.0, 150.0, 0.0, 0.2, closed=False, setting=25.0),
        CalibratedLink("t", "tcv", 0.0, 150.0, 0.0, 0.2, closed=False, setting=25.0),
        CalibratedLink("gone", "pipe", 1.0, 1.0, 1.0, 1.0, closed=False, setting=NAN),
    )
    found = calibrated(model.city, plain(model), Calibration(nodes, links, "D-W", 7.0))
    inputs, names = found.inputs, model.city.network.nodes.ids
    assert (found.nodes, found.links, found.missing) == (3, 3, ("unknown", "t", "gone"))
    assert (inputs.bore_mm[0], inputs.roughness[0], inputs.minor_loss[0], inputs.pipe_shut[0]) == (180, 111, 0.4, True)
    assert not inputs.pipe_shut[1:].any()
    assert inputs.node_demand_m3_h[[names.find("c"), names.find("d")]].tolist() == [-2.0, 5.0]
    assert inputs.node_elevation_m[names.find("c")] == 12.0
    assert inputs.source_head_m[0] == 77.0
    assert inputs.source_head_m[1:].tolist() == plain(model).source_head_m[1:].tolist()
    assert inputs.pumps[0].flow_m3_h == (0.0, 5.0)
    assert (inputs.pumps[0].speed, inputs.device_off.tolist()) == (0.9, [True, False, False])
    assert (inputs.device_setting[1], inputs.device_bore_mm[1], inputs.device_loss[1]) == (37.0, 150.0, 0.2)
    assert (inputs.headloss, inputs.hour, inputs.peak_hour(model.city)) == ("D-W", 7.0, 7.0)
    assert inputs.customer_demand_m3_h(model.city, 7.0).tolist() == [0.0]


def test_a_model_of_another_city_is_refused() -> None:
    model = city()
    link = CalibratedLink("x", "pipe", 1.0, 1.0, 1.0, 0.0, closed=False, setting=NAN)
    with pytest.raises(NetworkError) as refused:
        calibrated(model.city, plain(model), Calibration((), (link,), "H-W", 0.0))
    assert refused.value.code == "calibration_no_match"


def test_defaults_where_the_record_is_silent() -> None:
    model = city()
    inputs = plain(model)
    assert inputs.customer_demand_m3_d.tolist() == [10 * M3_D_PER_HEAD]
    assert inputs.node_elevation_m.tolist() == [30.0, 10.0, 10.0, 30.0, 30.0]
    assert inputs.source_head_m.tolist() == [70.0, 50.0, 70.0]
    assert np.isnan(inputs.device_setting).all()
    assert inputs.pumps[0].head_m[1] == inputs.settings.lift_m
    stated = plain(model, StatedHydraulics(np.array([7.0]), np.array([44.0, NAN, NAN])))
    assert stated.customer_demand_m3_d.tolist() == [7.0]
    assert stated.source_head_m.tolist() == [44.0, 50.0, 70.0]


def test_known_levels_stay() -> None:
    made = Draft().chain("a", "b").node("a", 0, 0, 3.0).node("b", 9, 0, 4.0).city()
    assert plain(prepare(made, recorded(made))).node_elevation_m.tolist() == [3.0, 4.0]


def test_a_flat_city_stands_at_nought_and_needs_no_pipe() -> None:
    made = Draft().source("R").node("n").city()
    model = prepare(made, recorded(made))
    assert plain(model).node_elevation_m.tolist() == [0.0]
    empty = Draft().source("R").city()
    assert plain(prepare(empty, recorded(empty))).source_head_m.tolist() == [40.0]


def test_devices_without_a_record_have_the_bore_of_their_pipe() -> None:
    model = city()
    devices = model.city.network.devices
    blank = replace(devices, dn_mm=np.zeros(len(devices), dtype=np.int16), pipe=np.array([1, -1, -1], dtype=np.int32))
    bare = prepare(replace(model.city, network=replace(model.city.network, devices=blank)), model.states)
    assert plain(bare).device_bore_mm.tolist() == [200.0, 100.0, 100.0]
    nowhere = Draft().device("v").city()
    nowhere = replace(
        nowhere,
        network=replace(nowhere.network, devices=replace(nowhere.network.devices, dn_mm=np.zeros(1, dtype=np.int16))),
    )
    assert plain(prepare(nowhere, recorded(nowhere))).device_bore_mm.tolist() == [100.0]


def mains(*rows: tuple[str, int, int, bool]) -> PipeTable:
    draft = Draft()
    for row in range(len(rows)):
        draft.pipe(f"p{row}", "a", "b")
    table = draft.network().pipes
    material, year, dn_mm, outside = zip(*rows, strict=True)
    return replace(
        table,
        material=CodedColumn.of(material),
        year=np.array(year, dtype=np.int16),
        dn_mm=np.array(dn_mm, dtype=np.int16),
        outside=np.array(outside),
    )


def test_roughness_by_material_and_age_and_bore() -> None:
    table = mains(
        ("球墨铸铁", 2024, 200, False),
        ("灰口铸铁", 1974, 200, False),
        ("钢", 2014, 600, False),
        ("预应力钢筒混凝土", 2024, 800, False),
        ("PE", 2024, 110, True),
        ("", 0, 0, False),
        ("镀锌钢管", 2024, 100, False),
        ("CI", 2030, 100, False),
    )
    assert hazen_williams_c(table, 2024).tolist() == [140.0, 75.0, 128.0, 135.0, 150.0, 128.0, 120.0, 130.0]
    assert bore_mm(table).tolist() == pytest.approx([200.0, 200.0, 600.0, 800.0, 96.8, 100.0, 100.0, 100.0])


def test_patterns_keep_the_days_mean_and_peak_where_people_are() -> None:
    category = CodedColumn.of(["residential", "school", "hospital", "never heard of"])
    by_hour = np.array([multipliers(category, float(hour)) for hour in range(24)])
    assert by_hour.mean(axis=0).tolist() == pytest.approx([1.0] * 4)
    assert by_hour[:, 0].tolist() == by_hour[:, 3].tolist()
    assert multipliers(category, 24.5).tolist() == pytest.approx(((by_hour[0] + by_hour[1]) / 2).tolist())
    assert peak_hour(category, np.array([1.0, 0.0, 0.0, 0.0])) in {7.0, 19.0}
    assert peak_hour(category, np.array([0.0, 1.0, 0.0, 0.0])) == 9.0
    assert len(multipliers(CodedColumn.of([]), 3.0)) == 0


def test_the_default_pump_is_flat_about_its_design_point() -> None:
    curve = flat_curve(20.0, 100.0)
    assert curve.flow_m3_h == (0.0, 100.0, 200.0)
    assert curve.head_m == pytest.approx((23.0, 20.0, 11.0))
