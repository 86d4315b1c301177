"""Which things a map shows at which scale. Nothing is dropped silently: small mains fade, customers become density."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gis.scene.scene import DnClass, RoadClass


class MapLayer(StrEnum):
    """What an operator can switch on and off; mains are always there, but can be fainter or lie lower."""

    GROUND = "ground"
    ROADS = "roads"
    BUILDINGS = "buildings"
    MAINS = "mains"
    NAMES = "names"
    VALVES = "valves"
    HYDRANTS = "hydrants"
    CUSTOMERS = "customers"
    STATIONS = "stations"
    SENSORS = "sensors"
    DMAS = "dmas"
    ZONES = "zones"


@dataclass(frozen=True)
class Detail:
    """What to show at one scale.

    Attributes:
        main_fade: Strength of each :class:`~gis.scene.scene.DnClass`, from 0 (not drawn) to 1.
        main_scale: Factor on the widths of mains.
        roads: Which :class:`~gis.scene.scene.RoadClass` are drawn.
        blocks, outlines: Whether built-up blocks, and the borders of metered areas and zones, are shown.
        buildings, valves, fittings, plan_valves, hydrants, customers, critical, stations, sensors: Whether shown.
            *fittings* are air and washout valves, meters and the like; *plan_valves* those that a plan names.
        density: Customers that a plan affects are shown as density, not one by one.
        landmarks: Names of critical customers.
        communities: Names of communities and parks.
        streets: Names of lesser roads.
        symbol_scale: Factor on the sizes of valves and hydrants.
    """

    main_fade: tuple[float, ...]
    main_scale: float
    roads: tuple[RoadClass, ...]
    blocks: bool
    outlines: bool
    buildings: bool
    valves: bool
    fittings: bool
    plan_valves: bool
    hydrants: bool
    customers: bool
    critical: bool
    landmarks: bool
    stations: bool
    sensors: bool
    density: bool
    communities: bool
    streets: bool
    symbol_scale: float

    def shows(self, dn_class: DnClass) -> bool:
        """True where mains of a class are drawn strongly enough to be picked."""
        return self.main_fade[dn_class] > 0.5


_FADE_NEAR = (1.0, 1.0, 1.0, 1.0, 1.0, 1.0)
_FADE_MIDDLE = (1.0, 1.0, 1.0, 0.8, 0.4, 0.8)
_FADE_FAR = (1.0, 0.9, 0.6, 0.42, 0.28, 0.42)
_FADE_TINY = (1.0, 0.9, 0.6, 0.0, 0.0, 0.0)
_TINY_FROM_M_PER_PX = 128.0
"""A whole large city on the overview: there a pixel holds dozens of small mains."""


def detail_at(m_per_px: float) -> Detail:
    """What to show at a scale of *m_per_px* metres a pixel."""
    near, middle = m_per_px < 8, m_per_px <= 20
    street, tiny = m_per_px < 3, m_per_px >= _TINY_FROM_M_PER_PX
    roads = (
        tuple(RoadClass)
        if m_per_px < 5
        else (RoadClass.ARTERIAL, RoadClass.STREET)
        if middle
        else (RoadClass.ARTERIAL,)
    )
    return Detail(
        main_fade=_FADE_NEAR if near else _FADE_MIDDLE if middle else _FADE_TINY if tiny else _FADE_FAR,
        main_scale=1.0 if m_per_px < 3 else 0.85 if near else 0.65 if middle else 0.5,
        roads=roads,
        blocks=not tiny,
        outlines=not tiny,
        buildings=street,
        valves=street,
        fittings=m_per_px < 1,
        plan_valves=near,
        hydrants=m_per_px < 1.5,
        customers=m_per_px < 1,
        critical=street,
        landmarks=m_per_px < 2,
        stations=near,
        sensors=middle,
        density=m_per_px >= 3,
        communities=m_per_px < 3,
        streets=m_per_px < 2,
        symbol_scale=1.0 if m_per_px < 0.7 else 0.85 if m_per_px < 1.2 else 0.65,
    )
