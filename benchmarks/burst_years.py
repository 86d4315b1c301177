"""Simulated years of a city's pressures with leaks in them, by EPANET itself, for benchmarks of the search for bursts.

Demands follow the model's own week, each household's noise on top of it, warm and cold days and the seasons; loggers
read to a centimetre with a noise of 5 cm. Leaks are emitters: what they lose follows the pressure. Half of them open at
once, half grow over days. Only the seed decides: which leaks a year has is settled before anybody looks at it.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from epanet import toolkit as en

HOUSEHOLD_NOISE = 0.25
HOUSEHOLD_HOUR_S, COMMON_HOUR_S = 3_600.0, 14_400.0
COMMON_NOISE, DAY_NOISE, SEASON = 0.05, 0.03, 0.08
LOGGER_NOISE_M = 0.05
METER_NOISE = 0.01
"""Standard deviation of a flow meter's reading, as a share of it."""
DAY_S = 86_400
USUAL_PRESSURE_M = 45.0


@dataclass(frozen=True)
class Leak:
    """One leak of a year: its node, its flow at a usual pressure, when it opens, is whole and is repaired."""

    node: str
    flow_m3_h: float
    begins_s: float
    grown_s: float
    ends_s: float

    def flow_at(self, at_s: float) -> float:
        """Its flow at a usual pressure, m³/h."""
        if not self.begins_s <= at_s < self.ends_s:
            return 0.0
        grows_s = self.grown_s - self.begins_s
        return self.flow_m3_h * (min(1.0, (at_s - self.begins_s) / grows_s) if grows_s > 0.0 else 1.0)


Meters = tuple[tuple[tuple[str, int], ...], ...]
"""Of each area the links whose flows make up its inflow: their names, and 1 or -1 where they lead out."""


def bursts_of_a_season(nodes: list[str], seed: int, days: int, count: int) -> tuple[Leak, ...]:
    """*count* bursts one after the other, 40 to 400 m³/h, at once and whole, each for eight hours."""
    random = np.random.default_rng(seed)
    found = []
    for number in range(count):
        begins_s = (number + random.uniform(0.05, 0.15)) * days / count * DAY_S
        flow = float(np.exp(random.uniform(np.log(40.0), np.log(400.0))))
        node = nodes[int(random.integers(len(nodes)))]
        found.append(Leak(node, flow, begins_s, begins_s, begins_s + 8 * 3600))
    return tuple(found)


def leaks_of_a_year(nodes: list[str], seed: int, days: int, count: int) -> tuple[Leak, ...]:
    """*count* leaks one after the other, 5 to 40 m³/h, anywhere."""
    random = np.random.default_rng(seed)
    found = []
    for number in range(count):
        begins_s = (number + random.uniform(0.1, 0.9)) * days / count * DAY_S
        grows_s = 0.0 if random.random() < 0.5 else random.uniform(2.0, 20.0) * DAY_S
        lasts_s = max(1.2 * grows_s, random.uniform(4.0, 0.8 * days / count) * DAY_S)
        flow = float(np.exp(random.uniform(np.log(5.0), np.log(40.0))))
        node = nodes[int(random.integers(len(nodes)))]
        found.append(Leak(node, flow, begins_s, begins_s + grows_s, begins_s + lasts_s))
    return tuple(found)


@dataclass(frozen=True)
class _Household:
    node: int
    category: int
    base: float
    pattern: int


class Year:
    """A model that is run through a year."""

    def __init__(self, inp: Path, seed: int) -> None:
        self._random = np.random.default_rng(seed)
        self._project = en.createproject()
        en.open(self._project, str(inp), str(inp.with_suffix(".rpt")), "")
        en.setstatusreport(self._project, 0)
        count = en.getcount(self._project, en.NODECOUNT)
        junctions = [at for at in range(1, count + 1) if en.getnodetype(self._project, at) == en.JUNCTION]
        self._patterns = {0: np.ones(1)}
        en.addpattern(self._project, "flat")
        flat = en.getpatternindex(self._project, "flat")
        self._households = []
        for node in junctions:
            for category in range(1, en.getnumdemands(self._project, node) + 1):
                base = en.getbasedemand(self._project, node, category)
                pattern = en.getdemandpattern(self._project, node, category)
                if base > 0.0:
                    self._households.append(_Household(node, category, base, pattern))
                    self._patterns.setdefault(pattern, self._pattern(pattern))
                    en.setdemandpattern(self._project, node, category, flat)
        self._pattern_step_s = en.gettimeparam(self._project, en.PATTERNSTEP)
        self._noise = np.zeros(len(self._households))
        self._common, self._day = 0.0, 1.0

    def _pattern(self, index: int) -> np.ndarray:
        length = en.getpatternlen(self._project, index)
        return np.array([en.getpatternvalue(self._project, index, at + 1) for at in range(length)])

    def heads(self, loggers: list[str], days: int, step_s: int, leaks: tuple[Leak, ...]) -> np.ndarray:
        """Pressures that *loggers* read, metres: shape (ticks, loggers)."""
        return self.measured(loggers, (), days, step_s, leaks)[0]

    def measured(
        self, loggers: list[str], meters: Meters, days: int, step_s: int, leaks: tuple[Leak, ...]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Pressures that *loggers* read, metres, and inflows by *meters*, m³/h: shapes (ticks, loggers or areas)."""
        project = self._project
        links = {name: en.getlinkindex(project, name) for area in meters for name, _ in area}
        inflow = np.empty((days * DAY_S // step_s, len(meters)))
        en.settimeparam(project, en.DURATION, days * DAY_S)
        for which in (en.HYDSTEP, en.PATTERNSTEP, en.REPORTSTEP):
            en.settimeparam(project, which, step_s)
        at = [en.getnodeindex(project, name) for name in loggers]
        opened = [(en.getnodeindex(project, leak.node), leak) for leak in leaks]
        found = np.empty((days * DAY_S // step_s, len(at)))
        en.openH(project)
        en.initH(project, 0)
        now_s = tick = 0
        while tick < len(found):
            is_tick = now_s >= tick * step_s
            if is_tick:
                self._demands(now_s, step_s)
                for node, leak in opened:
                    en.setnodevalue(project, node, en.EMITTER, leak.flow_at(now_s) / np.sqrt(USUAL_PRESSURE_M))
            en.runH(project)
            if is_tick:
                found[tick] = [en.getnodevalue(project, node, en.PRESSURE) for node in at]
                told = {name: en.getlinkvalue(project, link, en.FLOW) for name, link in links.items()}
                inflow[tick] = [sum(sign * told[name] for name, sign in area) for area in meters]
                tick += 1
            passed_s = en.nextH(project)
            if passed_s <= 0:
                break
            now_s += passed_s
        en.closeH(project)
        read = found[:tick] + self._random.normal(0.0, LOGGER_NOISE_M, (tick, len(at)))
        metered = inflow[:tick] * (1.0 + self._random.normal(0.0, METER_NOISE, (tick, len(meters))))
        return np.round(read, 2), np.round(metered, 1)

    def _demands(self, now_s: int, step_s: int) -> None:
        random = self._random
        keeps = np.exp(-step_s / HOUSEHOLD_HOUR_S)
        fresh = random.normal(0.0, HOUSEHOLD_NOISE, len(self._noise))
        self._noise = keeps * self._noise + np.sqrt(1.0 - keeps**2) * fresh
        keeps = np.exp(-step_s / COMMON_HOUR_S)
        self._common = keeps * self._common + np.sqrt(1.0 - keeps**2) * random.normal(0.0, COMMON_NOISE)
        if now_s % DAY_S < step_s:
            self._day = 1.0 + random.normal(0.0, DAY_NOISE) + SEASON * np.sin(2.0 * np.pi * now_s / DAY_S / 365.0)
        place = now_s // self._pattern_step_s
        times = {
            index: values[place % len(values)] * self._day * (1.0 + self._common)
            for index, values in self._patterns.items()
        }
        factor = np.exp(self._noise)
        for number, one in enumerate(self._households):
            wanted = one.base * factor[number] * max(0.01, times[one.pattern])
            en.setbasedemand(self._project, one.node, one.category, wanted)


@dataclass(frozen=True)
class Model:
    """A solved state of the model, for signatures; nodes and links in the order of the file.

    Attributes:
        nodes, links: Ids. fixed: Which nodes are sources. head_m, xy_m: Of the nodes.
        ends: Shape (links, 2). kind, length_m, flow_m3_h: Of the links.
    """

    nodes: list[str]
    links: list[str]
    fixed: np.ndarray
    head_m: np.ndarray
    xy_m: np.ndarray
    ends: np.ndarray
    kind: np.ndarray
    length_m: np.ndarray
    flow_m3_h: np.ndarray


def model_at(inp: Path, hour: int) -> Model:
    """The model at *hour* of its first day."""
    project = en.createproject()
    en.open(project, str(inp), str(inp.with_suffix(".rpt")), "")
    en.settimeparam(project, en.DURATION, 0)
    en.settimeparam(project, en.PATTERNSTART, hour * 3600)
    en.openH(project)
    en.initH(project, 0)
    en.runH(project)
    nodes = range(1, en.getcount(project, en.NODECOUNT) + 1)
    links = range(1, en.getcount(project, en.LINKCOUNT) + 1)
    return Model(
        nodes=[en.getnodeid(project, at) for at in nodes],
        links=[en.getlinkid(project, at) for at in links],
        fixed=np.array([en.getnodetype(project, at) != en.JUNCTION for at in nodes]),
        head_m=np.array([en.getnodevalue(project, at, en.HEAD) for at in nodes]),
        xy_m=np.array([en.getcoord(project, at) for at in nodes]),
        ends=np.array([en.getlinknodes(project, at) for at in links]) - 1,
        kind=np.array([en.getlinktype(project, at) for at in links]),
        length_m=np.array([en.getlinkvalue(project, at, en.LENGTH) for at in links]),
        flow_m3_h=np.array([en.getlinkvalue(project, at, en.FLOW) for at in links]),
    )
