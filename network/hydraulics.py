"""EPANET's toolkit: its one owner. Import it in a child process only, through :func:`network.child.run_in_child`.

EPANET's readers can crash on bad files, and a crash must not take the desk with it.
"""

from __future__ import annotations

import math
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from epanet import toolkit as en

from network.errors import NetworkError
from network.inp import InpLink, InpNetwork, InpNode, LinkKind, NodeKind
from network.units import M_PER_FOOT, M_PER_INCH

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
_ERROR = re.compile(r"Error (\d+): ([^\n]*)(?:\n([^\n]+))?")
_FARTHEST = 1e9
_NO_COORDINATES = 254
_SUMMARY = 200  # "one or more errors in input file" follows the errors themselves


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
        )


def _coordinates(project: en.Project, index: int) -> tuple[float, float]:
    """Coordinates of a node; not a number where the file states none."""
    try:
        return en.getcoord(project, index)
    except Exception as none:
        if _number(none) != _NO_COORDINATES:
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
    with tempfile.TemporaryDirectory(prefix="sluice-epanet-") as folder:
        # EPANET's C library takes no path beyond ASCII on every platform, so it gets a file of ours.
        source, report = Path(folder, "in.inp"), Path(folder, "in.rpt")
        source.write_text(text, encoding="utf-8")
        with _project() as project:
            try:
                en.open(project, str(source), str(report), "")
            except Exception as refused:  # the toolkit raises nothing more exact
                raise _refusal(refused, _report(project, report), text) from refused
            return _Opened(project).network()


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


def _refusal(refused: Exception, report: str, text: str) -> NetworkError:
    """EPANET's complaint as a coded fault that names the first faulty line."""
    complaints = [found for found in _ERROR.findall(report) if int(found[0]) != _SUMMARY]
    number, why, line = complaints[0] if complaints else (_number(refused), str(refused), "")
    faulty = line.strip()
    where = _line_number(text, faulty)
    return NetworkError("inp_broken", error=int(number), why=why.strip(), line=where, text=faulty)


def _line_number(text: str, wanted: str) -> int:
    lines = (number for number, line in enumerate(text.splitlines(), 1) if wanted and line.strip() == wanted)
    return next(lines, 0)


def _number(complaint: Exception) -> int:
    """EPANET's number of an error, from the text that is all the toolkit gives."""
    found = re.match(r"Error (\d+)", str(complaint))
    return int(found[1]) if found else 0
