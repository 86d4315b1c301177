"""EPANET's owner: texts in, columns out, warnings and refusals told by code."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable
from pathlib import Path

import pytest

from network import hydraulics
from network.calibration import read_calibrated_day, read_calibration
from network.child import run_in_child
from network.errors import NetworkError
from network.hydraulic_records import CalibratedLink, HydraulicWarning, Leg, Moment, Solved
from network.inp import LinkKind

TOWN = """
[JUNCTIONS]
A 10 36
B 11 {demand}
C 5 0
D 5 0
E 5 0
[RESERVOIRS]
R {head}
[TANKS]
T 40 3 1 5 20 0
[PIPES]
ab A B 200 300 100 0.5 OPEN
ac A C 100 300 100 0 OPEN
shut A C 100 300 100 0 CLOSED
cv C D 100 300 100 0 CV
te T E 100 300 100 0 OPEN
[PUMPS]
pu R A HEAD c
kw R A POWER 5
[VALVES]
prv D E 200 PRV 20 0.3
fcv B E 200 FCV 36 0
open C E 200 PSV 0 0
[STATUS]
open OPEN
kw CLOSED
[CURVES]
c 0 60
c 100 50
c 200 20
[CONTROLS]
LINK kw OPEN AT TIME 2
[OPTIONS]
UNITS {units}
HEADLOSS {formula}
[TIMES]
DURATION 24:00
HYDRAULIC TIMESTEP 1:00
[END]
"""


def town(demand: float = 36.0, head: float = 20.0, units: str = "CMH", formula: str = "H-W") -> str:
    return TOWN.format(demand=demand, head=head, units=units, formula=formula)


def test_columns_come_in_the_order_of_the_file() -> None:
    (solved,) = hydraulics.solve_texts((town(),))
    assert len(solved.head) == 7
    assert len(solved.flow) == 10
    assert len(solved.pumps) == 2
    assert solved.head[6] == pytest.approx(43.0)
    assert solved.drawn[:2].tolist() == [36.0, 36.0]


@pytest.mark.parametrize(("demand", "head", "warning"), [(9000.0, 20.0, HydraulicWarning.NEGATIVE)])
def test_warnings_are_told_by_code(demand: float, head: float, warning: HydraulicWarning) -> None:
    (solved,) = hydraulics.solve_texts((town(demand, head),))
    assert warning in solved.warnings


def test_a_text_that_epanet_rejects_names_the_line() -> None:
    with pytest.raises(NetworkError) as refused:
        hydraulics.solve_texts((town().replace("ab A B", "ab A X"),))
    assert refused.value.code == "inp_broken"
    assert "ab A X" in str(refused.value.detail["text"])


def test_what_epanet_cannot_solve_is_told_with_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> int:
        raise Exception("Error 110: cannot solve network hydraulic equations")  # noqa: TRY002 - as the toolkit does

    monkeypatch.setattr(hydraulics.en, "runH", fail)
    with pytest.raises(NetworkError) as failed:
        hydraulics.solve_texts((town(),))
    assert (failed.value.code, failed.value.detail["error"]) == ("hydraulics_unsolvable", 110)


def test_a_coarser_try_that_fails_takes_nothing_away(monkeypatch: pytest.MonkeyPatch) -> None:
    text = basin().replace("UNBALANCED STOP", "UNBALANCED STOP\nTRIALS 1\nACCURACY 0.00001")
    real = hydraulics.en.runH

    def fail_coarsely(project: hydraulics.en.Project) -> int:
        if hydraulics.en.getoption(project, hydraulics.en.ACCURACY) >= 1e-3:
            raise Exception("Error 110: cannot solve network hydraulic equations")  # noqa: TRY002 - as the toolkit does
        found: int = real(project)
        return found

    monkeypatch.setattr(hydraulics.en, "runH", fail_coarsely)
    (solved,) = hydraulics.solve_texts((text,))
    assert solved.warnings == (HydraulicWarning.UNBALANCED,)


NO_SOURCE = """[JUNCTIONS]
 A 0 1
 B 0 1
[PIPES]
 ab A B 10 100 100 0 Open
[END]
"""


@pytest.mark.parametrize(
    "ask", [lambda: hydraulics.solve_texts((NO_SOURCE,)), lambda: hydraulics.calibration_of(NO_SOURCE, 0.0)]
)
def test_a_network_without_a_source_is_told_by_number(ask: Callable[[], object]) -> None:
    with pytest.raises(NetworkError) as failed:
        ask()
    assert failed.value.code in {"hydraulics_unsolvable", "inp_broken"}
    assert failed.value.detail["error"] in {223, 224}


def test_the_child_gives_what_this_process_gives() -> None:
    solved = run_in_child(60.0, "network.hydraulics:solve_texts", (town(), town(50.0)), without=("numpy", "scipy"))
    assert solved == hydraulics.solve_texts((town(), town(50.0)))
    assert isinstance(solved, tuple)
    assert all(isinstance(one, Solved) for one in solved)


def links(text: str, hour: float = 0.0) -> dict[str, CalibratedLink]:
    return {link.id: link for link in hydraulics.calibration_of(text, hour).links}


def test_a_calibration_holds_states_settings_and_curves() -> None:
    found = links(town())
    assert (found["ab"].length_m, found["ab"].dn_mm, found["ab"].roughness) == pytest.approx((200.0, 300.0, 100.0))
    assert found["ab"].minor_loss == pytest.approx(0.5)
    assert [name for name, link in found.items() if link.closed] == ["shut", "kw"]
    assert found["pu"].curve == ((0.0, 60.0), (100.0, 50.0), (200.0, 20.0))
    assert (found["pu"].setting, found["prv"].setting) == pytest.approx((1.0, 20.0))
    assert found["fcv"].setting == pytest.approx(36.0)
    assert math.isnan(found["open"].setting)
    assert found["cv"].kind == LinkKind.CV_PIPE
    assert found["kw"].curve == ()


def test_controls_and_tanks_are_carried_to_the_hour() -> None:
    assert not links(town(), 3.0)["kw"].closed
    start, later = (hydraulics.calibration_of(town(), hour) for hour in (0.0, 2.5))
    levels = [next(node.head_m for node in model.nodes if node.id == "T") for model in (start, later)]
    assert levels[0] == pytest.approx(43.0)
    assert levels[1] != pytest.approx(43.0)
    assert (later.hour, later.headloss) == (2.5, "H-W")
    assert math.isnan(start.nodes[0].head_m)
    assert start.nodes[0].demand_m3_h == pytest.approx(36.0)


def test_feet_gallons_and_psi_become_metres() -> None:
    found = links(town(units="GPM"))
    assert found["ab"].length_m == pytest.approx(200.0 * 0.3048)
    assert found["prv"].setting == pytest.approx(20.0 / 0.4333 * 0.3048, rel=1e-3)
    assert found["fcv"].setting == pytest.approx(36.0 * 0.2271, rel=1e-3)
    assert links(town(units="GPM", formula="D-W"))["ab"].roughness == pytest.approx(100.0 * 0.3048)
    assert links(town(formula="D-W"))["ab"].roughness == pytest.approx(100.0)


def test_a_calibration_file_is_read_in_a_child(tmp_path: Path) -> None:
    path = tmp_path / "模型.inp"
    path.write_text(town(), encoding="gb18030")
    # As text, because what is not a number equals nothing.
    assert str(read_calibration(path, 1.0)) == str(hydraulics.calibration_of(town(), 1.0))


@pytest.mark.parametrize(("text", "code"), [(None, "inp_missing"), ("[PIPES]\nx y z\n", "inp_broken")])
def test_a_calibration_that_cannot_be_read(tmp_path: Path, text: str | None, code: str) -> None:
    path = tmp_path / "model.inp"
    if text is not None:
        path.write_text(text)
    with pytest.raises(NetworkError) as refused:
        read_calibration(path)
    assert refused.value.code == code
    assert refused.value.detail["path"] == str(path)


def test_a_calibration_that_takes_too_long(tmp_path: Path) -> None:
    path = tmp_path / "model.inp"
    path.write_text(town())
    with pytest.raises(NetworkError) as late:
        read_calibration(path, timeout_s=0.001)
    assert late.value.code == "inp_timeout"


BASIN = """
[JUNCTIONS]
A 0 {demand}
[RESERVOIRS]
R {head}
[TANKS]
T 30 {level} 1 {top} 10 0
[PIPES]
ra R A 100 300 100 0 OPEN
at A T 100 300 100 0 OPEN
[OPTIONS]
UNITS CMH
UNBALANCED STOP
[END]
"""
NODES, TANK = ("A", "R", "T"), 2


def basin(demand: float = 36.0, head: float = 25.0, level: float = 5.0, top: float = 6.0) -> str:
    return BASIN.format(demand=demand, head=head, level=level, top=top)


def moments(*hours: float, demand: float = 36.0) -> tuple[Moment, ...]:
    return tuple(Moment(round(hour * 3600.0), array("d", [demand])) for hour in hours)


def levels(leg: Leg, *more: Leg) -> list[list[float]]:
    (run,) = hydraulics.solve_runs(((leg, *more),))
    return [[round(moment.head[TANK] - 30.0, 4) for moment in solved.moments] for solved in run]


AREA_M2 = math.pi / 4.0 * 100.0


def test_a_tank_gives_what_is_drawn() -> None:
    (found,) = levels(Leg(basin(), _shut_main(moments(0.0, 1.0, 2.0, 2.5))))
    assert found == pytest.approx([5.0, 5.0 - 36.0 / AREA_M2, 5.0 - 72.0 / AREA_M2, 5.0 - 90.0 / AREA_M2], abs=1e-3)


def _shut_main(own: tuple[Moment, ...]) -> tuple[Moment, ...]:
    """With the source's main shut from the first moment on."""
    return (Moment(own[0].at_s, own[0].demand, open=((0, False),)), *own[1:])


def test_what_one_leg_leaves_in_a_tank_the_next_begins_with() -> None:
    tanks = ((7, TANK),)
    first = Leg(basin(), _shut_main(moments(0.0, 1.0)), tanks)
    found = levels(first, Leg(basin(), _shut_main(moments(0.0, 1.0)), tanks))
    assert found[1][0] == found[0][-1] == pytest.approx(5.0 - 36.0 / AREA_M2, abs=1e-3)
    other = levels(first, Leg(basin(top=4.5), moments(0.0), tanks))
    assert other[1] == [4.5], "a level beyond the limits is brought back to them"


def test_a_full_tank_takes_no_more_and_a_moment_between_two_steps_is_its_own() -> None:
    (found,) = levels(Leg(basin(demand=0.0, head=60.0), moments(0.0, 1.0, 1.25, 3.0, demand=0.0)))
    assert found == pytest.approx([5.0, 6.0, 6.0, 6.0], abs=1e-3)


def test_heads_and_settings_change_from_moment_to_moment() -> None:
    rise = Moment(3600, array("d", [36.0]), heads=((1, 40.0),))
    (run,) = hydraulics.solve_runs(((Leg(basin(), (*moments(0.0), rise)),),))
    assert run[0].moments[0].head[1] == 25.0
    assert run[0].moments[1].head[1] == 40.0
    drawn = array("d", [36.0, 36.0])
    full, slow = (
        hydraulics.solve_runs(((Leg(town(), (Moment(0, drawn), Moment(3600, drawn, settings=((5, speed),)))),),))
        for speed in (1.0, 0.8)
    )
    assert slow[0][0].moments[1].head[0] < full[0][0].moments[1].head[0]


def test_a_leg_that_does_not_converge_ends_there(monkeypatch: pytest.MonkeyPatch) -> None:
    text = basin().replace("UNBALANCED STOP", "UNBALANCED STOP\nTRIALS 1\nACCURACY 0.00001")
    (run,) = hydraulics.solve_runs(((Leg(text, moments(0.0, 1.0)), Leg(basin(), moments(0.0))),))
    assert len(run) == 1
    assert run[0].moments == ()
    assert run[0].warnings == (HydraulicWarning.UNBALANCED,)


def test_a_calibrated_tank_has_its_limits_and_its_area() -> None:
    tank = next(node for node in hydraulics.calibration_of(basin(), 0.0).nodes if node.id == "T")
    assert (tank.bottom_m, tank.top_m) == pytest.approx((31.0, 36.0))
    assert tank.area_m2 == pytest.approx(AREA_M2)
    flat = next(node for node in hydraulics.calibration_of(basin(level=1.0, top=1.0), 0.0).nodes if node.id == "T")
    assert math.isnan(flat.area_m2)
    assert math.isnan(next(node for node in hydraulics.calibration_of(basin(), 0.0).nodes if node.id == "A").area_m2)


def test_a_main_that_only_a_full_tank_holds_shut_is_open() -> None:
    full = {link.id: link for link in hydraulics.calibration_of(basin(head=60.0, level=6.0), 0.0).links}
    assert not full["at"].closed
    shut = basin(head=60.0, level=6.0).replace("at A T 100 300 100 0 OPEN", "at A T 100 300 100 0 CLOSED")
    assert {link.id: link for link in hydraulics.calibration_of(shut, 0.0).links}["at"].closed
    half = basin(level=3.0).replace("[OPTIONS]", "[CONTROLS]\nLINK at CLOSED AT TIME 0\n[OPTIONS]")
    assert {link.id: link for link in hydraulics.calibration_of(half, 0.0).links}["at"].closed


def test_a_calibrated_day_has_each_of_epanets_steps(tmp_path: Path) -> None:
    path = tmp_path / "basin.inp"
    path.write_text(basin(demand=0.0, head=60.0, level=1.5))
    day = read_calibrated_day(path, 0.0, 3.0)
    assert [one.hour for one in day if one.hour.is_integer()] == [0.0, 1.0, 2.0, 3.0]
    assert len(day) > 4, "the tank runs full between two hours"
    late = read_calibrated_day(path, 2.0, 3.0)
    assert [one.hour for one in late] == [2.0, 3.0]
    assert [next(node.head_m for node in one.nodes if node.id == "T") for one in late] == pytest.approx([36.0, 36.0])
