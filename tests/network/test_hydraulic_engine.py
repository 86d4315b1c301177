"""EPANET's owner: texts in, columns out, warnings and refusals told by code."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from network import hydraulics
from network.calibration import read_calibration
from network.child import run_in_child
from network.errors import NetworkError
from network.hydraulic_records import CalibratedLink, HydraulicWarning, Solved
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
