"""EPANET's toolkit: its one owner. Import it in a child process only, through :func:`network.child.run_in_child`.

EPANET's readers can crash on bad files, and a crash must not take the desk with it.
"""

from __future__ import annotations

import math
import tempfile
import warnings
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from epanet import toolkit as en

from network.epanet_report import number_of, refusal, warnings_in
from network.errors import NetworkError
from network.feet import M_PER_FOOT, M_PER_INCH
from network.hydraulic_records import (
    CalibratedLink,
    CalibratedNode,
    Calibration,
    HydraulicWarning,
    Leg,
    Moment,
    PumpState,
    Solved,
    SolvedLeg,
)
from network.inp import InpLink, InpNetwork, InpNode, LinkKind, NodeKind

_NODE_KINDS = {en.JUNCTION: NodeKind.JUNCTION, en.RESERVOIR: NodeKind.RESERVOIR, en.TANK: NodeKind.TANK}
_LINK_KINDS = {
    en.CVPIPE: LinkKind.CV_PIPE,
    en.PIPE: LinkKind.PIPE,
    en.PUMP: LinkKind.PUMP,
    en.PRV: LinkKind.PRV,
    en.PSV: LinkKind.PSV,
    en.PBV: LinkKind.PBV,
    en.FCV: LinkKind.FCV,
    en.TCV: LinkKind.TCV,
    en.GPV: LinkKind.GPV,
    en.PCV: LinkKind.PCV,
}
# Cubic metres a day in one of each flow unit.
_M3_PER_DAY = {
    en.CFS: M_PER_FOOT**3 * 86400.0,
    en.GPM: 3.785411784e-3 * 1440.0,
    en.MGD: 3785.411784,
    en.IMGD: 4546.09,
    en.AFD: 43560.0 * M_PER_FOOT**3,
    en.LPS: 86.4,
    en.LPM: 1.44,
    en.MLD: 1000.0,
    en.CMH: 24.0,
    en.CMD: 1.0,
    en.CMS: 86400.0,
}
_US_UNITS = {en.CFS, en.GPM, en.MGD, en.IMGD, en.AFD}
_HEADLOSS = {en.HW: "H-W", en.DW: "D-W", en.CM: "C-M"}
_PUMP_STATES = {
    en.PUMP_XHEAD: PumpState.CANNOT_LIFT,
    en.PUMP_CLOSED: PumpState.OFF,
    en.PUMP_OPEN: PumpState.RUNNING,
    en.PUMP_XFLOW: PumpState.BEYOND_CURVE,
}
_KW_PER_HP = 0.7457
_PSI_PER_FOOT = 0.4333  # EPANET's own figure
_KPA_PER_PSI = 6.895  # likewise
_BAR_PER_PSI = 0.068948
_FARTHEST = 1e9
_LIMIT = 1e-3
"""A tank so near to its highest or lowest level counts as there, in the units of the file; EPANET takes 0.0005 ft."""
_NO_COORDINATES = 254
_COARSE_ACCURACY = 1e-3
"""Where EPANET circles around a balance it is asked once more, for one to this share of all flows."""

_Found = TypeVar("_Found", Solved, SolvedLeg)


class _Opened:
    """A project that EPANET has read, with the units of its file."""

    def __init__(self, project: en.Project) -> None:
        self.project = project
        flow = en.getflowunits(project)
        self.us = flow in _US_UNITS
        self.m = M_PER_FOOT if self.us else 1.0
        self.mm = M_PER_INCH * 1000.0 if self.us else 1.0
        self.m3_d = _M3_PER_DAY[flow]

    def node(self, index: int) -> InpNode:
        kind = _NODE_KINDS[en.getnodetype(self.project, index)]
        x, y = self._place(index)
        return InpNode(
            id=en.getnodeid(self.project, index),
            kind=kind,
            x=x,
            y=y,
            elevation_m=_as_stated(en.getnodevalue(self.project, index, en.ELEVATION) * self.m),
            demand_m3_d=_as_stated(self._demand(index)) if kind is NodeKind.JUNCTION else 0.0,
            volume_m3=self._volume(index) if kind is NodeKind.TANK else 0.0,
        )

    def _place(self, index: int) -> tuple[float | None, float | None]:
        x, y = _coordinates(self.project, index)
        return (x, y) if _on_a_map(x, y) else (None, None)

    def _demand(self, index: int) -> float:
        count = en.getnumdemands(self.project, index)
        return sum(en.getbasedemand(self.project, index, at) for at in range(1, count + 1)) * self.m3_d

    def _volume(self, index: int) -> float:
        return _as_stated(en.getnodevalue(self.project, index, en.MAXVOLUME) * self.m**3)

    def link(self, index: int) -> InpLink:
        start, end = en.getlinknodes(self.project, index)
        vertices = [
            en.getvertex(self.project, index, at) for at in range(1, en.getvertexcount(self.project, index) + 1)
        ]
        return InpLink(
            id=en.getlinkid(self.project, index),
            kind=_LINK_KINDS[en.getlinktype(self.project, index)],
            from_id=en.getnodeid(self.project, start),
            to_id=en.getnodeid(self.project, end),
            length_m=_as_stated(en.getlinkvalue(self.project, index, en.LENGTH) * self.m),
            dn_mm=_as_stated(en.getlinkvalue(self.project, index, en.DIAMETER) * self.mm),
            closed=en.getlinkvalue(self.project, index, en.INITSTATUS) == en.CLOSED,
            vertices=tuple((float(x), float(y)) for x, y in vertices if _on_a_map(x, y)),
        )

    def network(self) -> InpNetwork:
        links = en.getcount(self.project, en.LINKCOUNT)
        if not links:
            raise NetworkError("inp_empty")
        return InpNetwork(
            nodes=tuple(self.node(index) for index in range(1, en.getcount(self.project, en.NODECOUNT) + 1)),
            links=tuple(self.link(index) for index in range(1, links + 1)),
            title=en.gettitle(self.project)[0].strip(),
            us_units=self.us,
            controls=sum(en.getcount(self.project, counted) for counted in (en.CONTROLCOUNT, en.RULECOUNT)),
        )


class _State:
    """A solved moment of a project."""

    def __init__(self, opened: _Opened) -> None:
        self.project = opened.project
        self.m, self.mm, self.m3_h = opened.m, opened.mm, opened.m3_d / 24.0
        self.kw = _KW_PER_HP if opened.us else 1.0
        # A roughness is a length for Darcy and Weisbach only: thousandths of a foot, or mm.
        darcy = en.getoption(self.project, en.HEADLOSSFORM) == en.DW
        self.roughness = M_PER_FOOT if opened.us and darcy else 1.0
        per_foot = (_PSI_PER_FOOT, _PSI_PER_FOOT * _KPA_PER_PSI, M_PER_FOOT, _PSI_PER_FOOT * _BAR_PER_PSI, 1.0)
        self.pressure_m = M_PER_FOOT / per_foot[int(en.getoption(self.project, en.PRESS_UNITS))]

    def node(self, index: int) -> CalibratedNode:
        kind = en.getnodetype(self.project, index)
        junction = kind == en.JUNCTION
        found = CalibratedNode(
            id=en.getnodeid(self.project, index),
            elevation_m=en.getnodevalue(self.project, index, en.ELEVATION) * self.m,
            demand_m3_h=en.getnodevalue(self.project, index, en.FULLDEMAND) * self.m3_h if junction else 0.0,
            head_m=math.nan if junction else en.getnodevalue(self.project, index, en.HEAD) * self.m,
        )
        return self._tank(found, index) if kind == en.TANK else found

    def _tank(self, node: CalibratedNode, index: int) -> CalibratedNode:
        low, high = (en.getnodevalue(self.project, index, which) * self.m for which in (en.MINLEVEL, en.MAXLEVEL))
        least, most = (en.getnodevalue(self.project, index, which) for which in (en.MINVOLUME, en.MAXVOLUME))
        area_m2 = (most - least) * self.m**3 / (high - low) if high > low else math.nan
        return replace(node, bottom_m=node.elevation_m + low, top_m=node.elevation_m + high, area_m2=area_m2)

    def link(self, index: int) -> CalibratedLink:
        kind = _LINK_KINDS[en.getlinktype(self.project, index)]
        pump = kind is LinkKind.PUMP
        setting = self._setting(index, kind)
        return CalibratedLink(
            id=en.getlinkid(self.project, index),
            kind=kind.value,
            length_m=self._value(index, en.LENGTH) * self.m,
            dn_mm=self._value(index, en.DIAMETER) * self.mm,
            roughness=self._value(index, en.ROUGHNESS) * self.roughness,
            minor_loss=self._value(index, en.MINORLOSS),
            closed=self._closed(index, kind, setting),
            setting=setting,
            curve=self._curve(index) if pump else (),
            power_kw=self._value(index, en.PUMP_POWER) * self.kw if pump else math.nan,
        )

    def _value(self, index: int, which: int) -> float:
        return en.getlinkvalue(self.project, index, which)

    def _closed(self, index: int, kind: LinkKind, setting: float) -> bool:
        """Shut by the model, not by the water itself."""
        if kind is LinkKind.PUMP:
            return _pump_state(self.project, index) is PumpState.OFF
        shut = self._value(index, en.STATUS) == 0.0
        by_itself = kind is LinkKind.CV_PIPE or (kind is not LinkKind.PIPE and not math.isnan(setting))
        return shut and not by_itself and not self._held_by_tank(index)

    def _held_by_tank(self, index: int) -> bool:
        """Whether a link that was open at first leads to a tank at its limit: EPANET itself shuts it there."""
        tanks = [node for node in en.getlinknodes(self.project, index) if en.getnodetype(self.project, node) == en.TANK]
        opened = self._value(index, en.INITSTATUS) != en.CLOSED
        return opened and any(self._at_limit(tank) for tank in tanks)

    def _at_limit(self, tank: int) -> bool:
        bottom, head, low, high = (
            en.getnodevalue(self.project, tank, which) for which in (en.ELEVATION, en.HEAD, en.MINLEVEL, en.MAXLEVEL)
        )
        return not low + _LIMIT < head - bottom < high - _LIMIT

    def _setting(self, index: int, kind: LinkKind) -> float:
        value = self._value(index, en.SETTING)
        if kind is LinkKind.PUMP:
            return value if value > 0.0 else 1.0
        if value == 0.0:  # EPANET's answer for a valve whose status is fixed
            return math.nan
        scales = {LinkKind.FCV: self.m3_h, LinkKind.TCV: 1.0, LinkKind.GPV: 1.0}
        return value * scales.get(kind, self.pressure_m)

    def _curve(self, index: int) -> tuple[tuple[float, float], ...]:
        curve = int(self._value(index, en.PUMP_HCURVE))
        points = range(1, en.getcurvelen(self.project, curve) + 1) if curve else ()
        values = [en.getcurvevalue(self.project, curve, point) for point in points]
        return tuple((flow * self.m3_h, lift * self.m) for flow, lift in values)


def _coordinates(project: en.Project, index: int) -> tuple[float, float]:
    """Coordinates of a node; not a number where the file states none."""
    try:
        return en.getcoord(project, index)
    except Exception as none:
        if number_of(none) != _NO_COORDINATES:
            raise
        return math.nan, math.nan


def _on_a_map(x: float, y: float) -> bool:
    """Whether a place can be drawn: EPANET takes nan and 1e308 for coordinates without a word."""
    return abs(x) <= _FARTHEST and abs(y) <= _FARTHEST


def _as_stated(value: float) -> float:
    """*value* without the noise of EPANET's way through its own units (60 comes back as 59.99999999999999)."""
    return float(f"{value:.10g}")


def read_text(text: str) -> InpNetwork:
    """Read an INP file given as text.

    Raises:
        NetworkError: As :func:`network.inp.read_inp`.
    """
    with _read(text) as (project, _):
        return _Opened(project).network()


@contextmanager
def _read(text: str) -> Iterator[tuple[en.Project, Path]]:
    """A project that has read *text*, and its report."""
    with tempfile.TemporaryDirectory(prefix="sluice-epanet-") as folder:
        # EPANET's C library takes no path beyond ASCII on every platform, so it gets a file of ours.
        source, report = Path(folder, "in.inp"), Path(folder, "in.rpt")
        source.write_text(text, encoding="utf-8")
        with _project() as project:
            try:
                en.open(project, str(source), str(report), "")
            except Exception as refused:  # the toolkit raises nothing more exact
                raise refusal(refused, _report(project, report), text) from refused
            yield project, report


def solve_texts(texts: tuple[str, ...]) -> tuple[Solved, ...]:
    """Solve the first moment of each INP text.

    Raises:
        NetworkError: ``inp_broken`` for a text that EPANET rejects; ``hydraulics_unsolvable`` with its number
            (``error``) and words (``why``) for one that it cannot solve.
    """
    return tuple(_coarser_if_needed(partial(_solved, text)) for text in texts)


def _coarser_if_needed(solve: Callable[[float], _Found]) -> _Found:
    """What *solve* finds; where that is no balance, one of coarser accuracy, which says that it is."""
    found = solve(0.0)
    if HydraulicWarning.UNBALANCED not in found.warnings:
        return found
    try:
        again: _Found = solve(_COARSE_ACCURACY)
    except NetworkError:
        return found  # A second try takes nothing away: what the first one said stands.
    if HydraulicWarning.UNBALANCED in again.warnings:
        return found
    return replace(again, warnings=(HydraulicWarning.COARSE, *again.warnings))


def _solved(text: str, accuracy: float) -> Solved:
    with _read(text) as (project, report):
        _begin(project, accuracy)
        _run(project)
        solved = _present(project)
        return replace(solved, warnings=warnings_in(_report(project, report)))


def _present(project: en.Project) -> Solved:
    """The moment just solved, warnings left out."""
    nodes, links = en.getcount(project, en.NODECOUNT), en.getcount(project, en.LINKCOUNT)
    pumps = [index for index in range(1, links + 1) if en.getlinktype(project, index) == en.PUMP]
    head = _column(en.getnodevalues, project, en.HEAD, nodes)
    drawn = _column(en.getnodevalues, project, en.DEMAND, nodes)
    flow = _column(en.getlinkvalues, project, en.FLOW, links)
    return Solved(head, drawn, flow, tuple(_pump_state(project, index) for index in pumps), ())


def solve_runs(runs: tuple[tuple[Leg, ...], ...]) -> tuple[tuple[SolvedLeg, ...], ...]:
    """Solve each run leg by leg and moment by moment; between moments tanks fill and empty.

    A leg that does not converge ends there, and so does its run.

    Raises:
        NetworkError: As :func:`solve_texts`.
    """
    return tuple(tuple(_legs(run)) for run in runs)


def _legs(run: tuple[Leg, ...]) -> Iterator[SolvedLeg]:
    left_m: dict[int, float] = {}
    for leg in run:
        solved = _coarser_if_needed(partial(_solved_leg, leg, left_m))
        yield solved
        if len(solved.moments) < len(leg.moments):
            return
        left_m |= {source: solved.moments[-1].head[node] for source, node in leg.tanks}


def _solved_leg(leg: Leg, left_m: dict[int, float], accuracy: float) -> SolvedLeg:
    solved: list[Solved] = []
    with _read(leg.text) as (project, report):
        for source, node in leg.tanks:
            if source in left_m:
                _fill(project, node + 1, left_m[source])
        en.settimeparam(project, en.DURATION, leg.moments[-1].at_s)
        _begin(project, accuracy)
        at_s = 0
        for moment in leg.moments:
            if not _pass_time(project, moment.at_s - at_s):
                break
            at_s = moment.at_s
            _set(project, moment)
            _run(project)
            solved.append(_present(project))
        warnings = warnings_in(_report(project, report))
    if HydraulicWarning.UNBALANCED in warnings:
        solved.pop()  # EPANET stops at the moment that it could not balance, and that one is none.
    return SolvedLeg(tuple(solved), warnings)


def _fill(project: en.Project, tank: int, head_m: float) -> None:
    """Begin with the level that another leg has left."""
    bottom_m = en.getnodevalue(project, tank, en.ELEVATION)
    lowest, highest = (en.getnodevalue(project, tank, which) for which in (en.MINLEVEL, en.MAXLEVEL))
    en.setnodevalue(project, tank, en.TANKLEVEL, min(max(head_m - bottom_m, lowest), highest))


def _pass_time(project: en.Project, seconds: int) -> bool:
    """Let *seconds* pass, tanks that run full or dry between included; False where EPANET has stopped."""
    while seconds > 0:
        en.settimeparam(project, en.HYDSTEP, seconds)
        step_s = en.nextH(project)
        if step_s <= 0:
            return False
        seconds -= step_s
        if seconds > 0:
            _run(project)
    return True


def _set(project: en.Project, moment: Moment) -> None:
    for node, demand in enumerate(moment.demand, start=1):
        en.setbasedemand(project, node, 1, demand)
    for node, head in moment.heads:
        en.setnodevalue(project, node + 1, en.ELEVATION, head)
    for link, opened in moment.open:
        en.setlinkvalue(project, link + 1, en.STATUS, 1.0 if opened else 0.0)
    for link, setting in moment.settings:
        en.setlinkvalue(project, link + 1, en.SETTING, setting)


def _pump_state(project: en.Project, index: int) -> PumpState:
    return _PUMP_STATES[int(en.getlinkvalue(project, index, en.PUMP_STATE))]


def _begin(project: en.Project, accuracy: float = 0.0) -> None:
    """Make ready to solve, to *accuracy* or the text's own, whichever is coarser; without a source it ends here."""
    try:
        en.setoption(project, en.ACCURACY, max(accuracy, en.getoption(project, en.ACCURACY)))
        en.openH(project)
        en.initH(project, 0)
    except Exception as failed:
        raise NetworkError("hydraulics_unsolvable", error=number_of(failed), why=str(failed)) from failed


def _run(project: en.Project) -> None:
    """Solve the present moment."""
    with warnings.catch_warnings():
        # The toolkit says only "WARNING"; the report says which.
        warnings.simplefilter("ignore")
        try:
            en.runH(project)
        except Exception as failed:
            raise NetworkError("hydraulics_unsolvable", error=number_of(failed), why=str(failed)) from failed


def _column(
    read: Callable[[en.Project, int, en.doubleArray], None], project: en.Project, which: int, count: int
) -> array[float]:
    values = en.doubleArray(count)
    read(project, which, values)
    return array("d", [values[row] for row in range(count)])


def calibration_of(text: str, hour: float) -> Calibration:
    """The model of an INP text at *hour* after its start, with what its patterns and controls have made of it.

    Raises:
        NetworkError: As :func:`solve_texts`, and ``inp_empty``.
    """
    with _read(text) as (project, _):
        *_, (_, last) = _run_through(project, hour)
        return last()


def calibrations_of(text: str, from_hour: float, to_hour: float) -> tuple[Calibration, ...]:
    """The same at each step that EPANET takes from one hour to another, those between full hours included.

    Raises:
        NetworkError: As :func:`calibration_of`.
    """
    with _read(text) as (project, _):
        return tuple(state() for hour, state in _run_through(project, to_hour) if hour >= from_hour)


def _run_through(project: en.Project, hour: float) -> Iterator[tuple[float, Callable[[], Calibration]]]:
    """Run from the start to *hour*; at each step the hour, and what tells the model as it is then."""
    opened = _Opened(project)
    opened.network()
    end_s, own_step_s = round(hour * 3600.0), en.gettimeparam(project, en.HYDSTEP)
    en.settimeparam(project, en.DURATION, end_s)
    _begin(project)
    at_s = 0
    while True:
        _run(project)
        yield at_s / 3600.0, partial(_calibration, _State(opened), at_s / 3600.0)
        if at_s >= end_s:
            return
        # EPANET would step over the end.
        en.settimeparam(project, en.HYDSTEP, min(own_step_s, end_s - at_s))
        at_s += en.nextH(project)


def _calibration(state: _State, hour: float) -> Calibration:
    project = state.project
    return Calibration(
        nodes=tuple(state.node(index) for index in range(1, en.getcount(project, en.NODECOUNT) + 1)),
        links=tuple(state.link(index) for index in range(1, en.getcount(project, en.LINKCOUNT) + 1)),
        headloss=_HEADLOSS[int(en.getoption(project, en.HEADLOSSFORM))],
        hour=hour,
    )


@contextmanager
def _project() -> Iterator[en.Project]:
    project = en.createproject()
    try:
        yield project
    finally:
        en.deleteproject(project)


def _report(project: en.Project, path: Path) -> str:
    """EPANET's report, which is on disk only once the project is closed."""
    en.close(project)
    return path.read_text(encoding="utf-8", errors="replace")
