"""What an operator has chosen of the map: which layers, in which order, how strong, up to where, and mains by what.

Pure data with a text form for settings. A choice narrows what :mod:`gis.scene.detail` shows at a scale; it never shows
what would be too much there.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from gis.scene.colour_rule import ColourRule
from gis.scene.detail import MapLayer

LEAST_OPACITY: Final = 0.15
"""A layer that is on can be seen: to see nothing of it, it is switched off."""
ALWAYS_ON: Final = frozenset({MapLayer.MAINS})
ORDERED: Final = (
    MapLayer.GROUND,
    MapLayer.ROADS,
    MapLayer.BUILDINGS,
    MapLayer.MAINS,
    MapLayer.DMAS,
    MapLayer.ZONES,
    MapLayer.CUSTOMERS,
    MapLayer.HYDRANTS,
    MapLayer.STATIONS,
    MapLayer.SENSORS,
    MapLayer.VALVES,
)
"""Layers that lie over one another, the lowest first; names lie over all of them."""


class ColourBy(StrEnum):
    """What the colour of mains tells."""

    NOTHING = "nothing"
    DIAMETER = "diameter"
    MATERIAL = "material"
    AGE = "age"
    DMA = "dma"
    CONDITION = "condition"
    CRITICALITY = "criticality"


NUMBERS: Final = frozenset({ColourBy.DIAMETER, ColourBy.AGE, ColourBy.CRITICALITY})
"""What is told by limits between bands; all else is told by values."""


class Preset(StrEnum):
    """Choices made ready for a desk or a question."""

    DISPATCH = "dispatch"
    PLANNING = "planning"
    PRESSURE = "pressure"
    AGE = "age"


@dataclass(frozen=True)
class MapStyle:
    """The choice.

    Attributes:
        order: All of :data:`ORDERED`, the lowest first.
        hidden: Layers switched off; those of :data:`ALWAYS_ON` are shown all the same.
        opacity: From :data:`LEAST_OPACITY` to 1 for layers that are fainter than usual.
        until_m_per_px: For layers that are shown only nearer than usual: up to this scale.
        colour_by: What the colour of mains tells.
        rules: Limits, values and colours of the operator's own, by what they tell; all others are as usual.
    """

    order: tuple[MapLayer, ...] = ORDERED
    hidden: frozenset[MapLayer] = field(default=frozenset({MapLayer.ZONES}))
    opacity: Mapping[MapLayer, float] = field(default_factory=lambda: MappingProxyType({}))
    until_m_per_px: Mapping[MapLayer, float] = field(default_factory=lambda: MappingProxyType({}))
    colour_by: ColourBy = ColourBy.NOTHING
    rules: Mapping[ColourBy, ColourRule] = field(default_factory=lambda: MappingProxyType({}))

    def strength(self, layer: MapLayer) -> float:
        """How opaque a layer is, up to 1."""
        return self.opacity.get(layer, 1.0)

    def until(self, layer: MapLayer) -> float:
        """Up to which scale a layer is shown, metres a pixel; infinite where it is not narrowed."""
        return self.until_m_per_px.get(layer, math.inf)

    def shows(self, layer: MapLayer, m_per_px: float) -> bool:
        """True where a layer is on at a scale."""
        return layer in ALWAYS_ON or (layer not in self.hidden and m_per_px <= self.until(layer))

    def with_shown(self, layer: MapLayer, *, shown: bool) -> MapStyle:
        """The style with a layer on or off."""
        hidden = self.hidden - {layer} if shown or layer in ALWAYS_ON else self.hidden | {layer}
        return replace(self, hidden=hidden)

    def with_strength(self, layer: MapLayer, opacity: float) -> MapStyle:
        """The style with a layer so opaque."""
        kept = {other: value for other, value in self.opacity.items() if other != layer}
        if opacity < 1:
            kept[layer] = max(opacity, LEAST_OPACITY)
        return replace(self, opacity=MappingProxyType(kept))

    def with_until(self, layer: MapLayer, m_per_px: float) -> MapStyle:
        """The style with a layer shown up to a scale; infinite: as far as usual."""
        kept = {other: value for other, value in self.until_m_per_px.items() if other != layer}
        if math.isfinite(m_per_px) and layer not in ALWAYS_ON:
            kept[layer] = m_per_px
        return replace(self, until_m_per_px=MappingProxyType(kept))

    def moved(self, layer: MapLayer, up: int) -> MapStyle:
        """The style with a layer so many places higher; it stops at the ends."""
        if layer not in self.order:
            return self
        rest = [other for other in self.order if other != layer]
        at = min(max(self.order.index(layer) + up, 0), len(rest))
        return replace(self, order=(*rest[:at], layer, *rest[at:]))

    def with_rule(self, by: ColourBy, rule: ColourRule | None) -> MapStyle:
        """The style with a rule of the operator's own, or without it."""
        kept = {other: value for other, value in self.rules.items() if other is not by}
        if rule is not None:
            kept[by] = rule
        return replace(self, rules=MappingProxyType(kept))

    def text(self) -> str:
        """As kept in settings."""
        return json.dumps(
            {
                "order": list(self.order),
                "hidden": sorted(self.hidden),
                "opacity": dict(self.opacity),
                "until": dict(self.until_m_per_px),
                "colour_by": self.colour_by,
                "rules": {by: rule.fields() for by, rule in self.rules.items()},
            }
        )

    @classmethod
    def of_text(cls, text: str) -> MapStyle | None:
        """From settings; None where the text is not a style. Layers unknown here are left out, new ones added."""
        try:
            kept = json.loads(text)
            return _of_fields(kept)
        except (ValueError, TypeError, AttributeError, KeyError):
            return None


def _of_fields(kept: Any) -> MapStyle:
    order = [MapLayer(name) for name in kept["order"] if name in ORDERED]
    order = list(dict.fromkeys(order))
    for at, layer in enumerate(ORDERED):
        if layer not in order:
            order.insert(at, layer)
    style = MapStyle(tuple(order), frozenset(), colour_by=ColourBy(kept["colour_by"]))
    for name in kept["hidden"]:
        if name in set(MapLayer):
            style = style.with_shown(MapLayer(name), shown=False)
    for name, opacity in kept["opacity"].items():
        if name in set(MapLayer) and 0 < float(opacity) <= 1:
            style = style.with_strength(MapLayer(name), float(opacity))
    for name, m_per_px in kept["until"].items():
        if name in set(MapLayer) and float(m_per_px) > 0:
            style = style.with_until(MapLayer(name), float(m_per_px))
    return replace(style, rules=MappingProxyType(_rules_of(kept.get("rules", {}))))


def _rules_of(kept: Mapping[str, Any]) -> dict[ColourBy, ColourRule]:
    """Rules for what is not known here are left out, and those for numbers that have no limits."""
    known = {ColourBy(by): ColourRule.of_fields(rule) for by, rule in kept.items() if by in set(ColourBy)}
    return {by: rule for by, rule in known.items() if by not in NUMBERS or rule.limits}


def preset(which: Preset) -> MapStyle:
    """The style of a desk or question, from which an operator goes on."""
    usual = MapStyle()
    match which:
        case Preset.DISPATCH:
            return usual
        case Preset.PLANNING:
            faint = usual.with_strength(MapLayer.BUILDINGS, 0.6).with_strength(MapLayer.GROUND, 0.7)
            return replace(faint, colour_by=ColourBy.CONDITION)
        case Preset.PRESSURE:
            quiet = usual.with_shown(MapLayer.ZONES, shown=True).with_shown(MapLayer.BUILDINGS, shown=False)
            quiet = quiet.with_shown(MapLayer.HYDRANTS, shown=False).with_until(MapLayer.VALVES, 1.0)
            return replace(quiet.moved(MapLayer.SENSORS, len(ORDERED)), colour_by=ColourBy.DIAMETER)
        case Preset.AGE:
            bare = usual.with_shown(MapLayer.BUILDINGS, shown=False).with_strength(MapLayer.ROADS, 0.5)
            bare = bare.with_shown(MapLayer.CUSTOMERS, shown=False).with_until(MapLayer.VALVES, 1.0)
            return replace(bare, colour_by=ColourBy.AGE)
