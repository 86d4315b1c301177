"""Which colour each main has by a rule, and what the colours stand for; the usual rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication

from gis.scene.colour_rule import COLOURS_OF, GREATEST_LIMIT, ColourRule, Ramp
from gis.scene.map_style import NUMBERS, ColourBy
from network.assets import Condition, DeviceKind
from network.columns import CodedColumn
from network.topology import City, DeviceStates

DN_STEPS_MM = (150, 200, 400, 800)
AGE_STEPS_YEARS = (10, 20, 30, 40)
CRITICAL_STEPS = (2, 4)
DMA_COLOURS = 5
_EARLIEST_YEAR = 1850
_SEVERITY = (Condition.OPERABLE, Condition.UNKNOWN, Condition.PASSING, Condition.INOPERABLE)
"""From the least to the worst."""
_MOST_NAMED = 3


@dataclass(frozen=True)
class Kind:
    """A value that mains have.

    Attributes:
        value: As rules name it.
        text: As it is shown, in the language in force.
        mains: How many have it.
    """

    value: str
    text: str
    mains: int


@dataclass(frozen=True, eq=False)
class RuleLevels:
    """Levels of all mains by a rule.

    Attributes:
        level: Shape (pipes,), uint8: number of the colour in the rule's scale, 0 for none.
        labels: What each colour stands for, "" where nothing has it.
    """

    level: NDArray[np.uint8]
    labels: tuple[str, ...]


def levels_of(by: ColourBy, rule: ColourRule, city: City, states: DeviceStates, year: int) -> RuleLevels:
    """Levels and labels of a rule; *year* is the present one, for ages."""
    if by in NUMBERS:
        number, known = _numbers(by, city, year)
        bands = rule.levels()[np.searchsorted(rule.limits, np.arange(GREATEST_LIMIT + 1), side="right")]
        level: NDArray[np.uint8] = bands.astype(np.uint8)[np.clip(number, 0, GREATEST_LIMIT)]
        level[~known] = 0
        return RuleLevels(level, _band_labels(by, rule))
    if by is ColourBy.CONDITION:
        return RuleLevels(_worst(rule, city, states), _kind_labels(rule, _condition_texts()))
    column = _column(by, city)
    colours: NDArray[np.uint8] = np.array([rule.values.get(value, 0) for value in column.vocabulary], dtype=np.uint8)
    return RuleLevels(colours[column.codes], _kind_labels(rule, {value: value for value in rule.values}))


def usual_rule(by: ColourBy, city: City) -> ColourRule:
    """The rule where an operator has none of his own, and from which his own begins."""
    match by:
        case ColourBy.DIAMETER:
            return ColourRule(DN_STEPS_MM)
        case ColourBy.AGE:
            return ColourRule(AGE_STEPS_YEARS, ramp=Ramp.LOSS)
        case ColourBy.CRITICALITY:
            return ColourRule(CRITICAL_STEPS, ramp=Ramp.LOSS)
        case ColourBy.CONDITION:
            worst = {condition.name.lower(): at for at, condition in enumerate(_SEVERITY[1:], start=3)}
            return ColourRule(values=MappingProxyType(worst), ramp=Ramp.LOSS)
        case ColourBy.DMA:
            named = [value for value in _column(by, city).vocabulary if value]
            repeated = {value: at % DMA_COLOURS + 1 for at, value in enumerate(named)}
            return ColourRule(values=MappingProxyType(repeated), ramp=Ramp.KINDS)
        case _:
            frequent = {
                kind.value: min(at, COLOURS_OF[Ramp.KINDS])
                for at, kind in enumerate(kinds_of(ColourBy.MATERIAL, city, None), start=1)
            }
            return ColourRule(values=MappingProxyType(frequent), ramp=Ramp.KINDS)


def kinds_of(by: ColourBy, city: City, states: DeviceStates | None) -> tuple[Kind, ...]:
    """Values that mains have, the most frequent first; conditions (of *states*) from the worst to the best."""
    if by is ColourBy.CONDITION:
        assert states is not None, "conditions are told of states"
        texts = _condition_texts()
        rules = ((one, ColourRule(values={one.name.lower(): 1})) for one in reversed(_SEVERITY))
        return tuple(
            Kind(one.name.lower(), texts[one.name.lower()], int(np.count_nonzero(_worst(rule, city, states))))
            for one, rule in rules
        )
    column = _column(by, city)
    counts = np.bincount(column.codes, minlength=len(column.vocabulary)).tolist()
    found = [
        Kind(value, value, count) for value, count in zip(column.vocabulary, counts, strict=True) if value and count
    ]
    return tuple(sorted(found, key=lambda kind: (-kind.mains, kind.value)))


def _numbers(by: ColourBy, city: City, year: int) -> tuple[NDArray[np.integer], NDArray[np.bool_]]:
    """The number of each main, and whether it is known."""
    pipes, customers = city.network.pipes, city.customers
    if by is ColourBy.DIAMETER:
        return pipes.dn_mm, pipes.dn_mm > 0
    if by is ColourBy.AGE:
        return year - pipes.year.astype(np.int32), pipes.year >= _EARLIEST_YEAR
    pipe = customers.tap.pipe[customers.critical]
    counts = np.bincount(pipe[pipe >= 0], minlength=len(pipes))
    return counts, counts > 0


def _column(by: ColourBy, city: City) -> CodedColumn:
    return city.network.pipes.dma if by is ColourBy.DMA else city.network.pipes.material


def _worst(rule: ColourRule, city: City, states: DeviceStates) -> NDArray[np.uint8]:
    """The colour of the worst valve on each main, among those whose condition has one."""
    devices = city.network.devices
    closable = (devices.kind == DeviceKind.ISOLATION) | (devices.kind == DeviceKind.BOUNDARY)
    level = np.zeros(len(city.network.pipes), dtype=np.uint8)
    for condition in _SEVERITY:
        colour = rule.values.get(condition.name.lower(), 0)
        if colour:
            level[devices.pipe[closable & (states.condition == condition) & (devices.pipe >= 0)]] = colour
    return level


def _condition_texts() -> dict[str, str]:
    return {
        "operable": QCoreApplication.translate("Colouring", "can be turned"),
        "unknown": QCoreApplication.translate("Colouring", "condition unknown"),
        "passing": QCoreApplication.translate("Colouring", "passing"),
        "inoperable": QCoreApplication.translate("Colouring", "stuck"),
    }


def spans(limits: tuple[int, ...], before: str = "", *, least: int = 0) -> tuple[str, ...]:
    """``< 150``, ``150–199`` … ``≥ 800``; where nothing is below *least*, the first is told from it."""
    first = f"< {limits[0]}" if not least else _span(least, limits[0] - 1)
    between = (_span(low, high - 1) for low, high in pairwise(limits))
    return tuple(f"{before}{text}" for text in (first, *between, f"≥ {limits[-1]}"))


def _span(low: int, high: int) -> str:
    return str(low) if low >= high else f"{low}–{high}"


def _band_labels(by: ColourBy, rule: ColourRule) -> tuple[str, ...]:
    before = "DN " if by is ColourBy.DIAMETER else ""
    texts = spans(rule.limits, before, least=1 if by is ColourBy.CRITICALITY else 0)
    labels = [""] * COLOURS_OF[rule.ramp]
    for level, text in zip(rule.levels().tolist(), texts, strict=True):
        labels[level - 1] = text
    return tuple(labels)


def _kind_labels(rule: ColourRule, texts: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(_listed(list(_named(rule, colour, texts))) for colour in range(1, COLOURS_OF[rule.ramp] + 1))


def _named(rule: ColourRule, colour: int, texts: Mapping[str, str]) -> Iterator[str]:
    return (texts[value] for value, given in rule.values.items() if given == colour and value in texts)


def _listed(names: list[str]) -> str:
    """A few of them by name, how many more there are."""
    more = len(names) - _MOST_NAMED
    comma = QCoreApplication.translate("MapWords", ", ")
    return comma.join(names[:_MOST_NAMED]) + (f" +{more}" if more > 0 else "")
