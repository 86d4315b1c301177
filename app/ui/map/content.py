"""What the map has to paint, in one record that painting functions and threads share."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from app.ui.map.backdrop import Backdrop
from app.ui.map.chosen import Chosen
from app.ui.map.incident_marks import IncidentMark
from app.ui.map.pressure_marks import PressureMarks
from app.ui.map.reach_marks import ReachMarks
from app.ui.map.shades import PipeShades
from gis.scene.along import PipeLines
from gis.scene.detail import MapLayer
from gis.scene.lines import Polylines
from gis.scene.map_style import MapStyle
from gis.scene.plan_picture import PlanPicture
from gis.scene.scene import Scene
from network.topology import City, DeviceStates


@dataclass(frozen=True, eq=False)
class MapContent:
    """A city, its scene, and what is said about them now.

    Attributes:
        city: Tables, for names and states.
        scene: Drawn from.
        pipes: The city's pipes, measured.
        states: Device states now, with what the operator supposes.
        plan: The plan shown, or None.
        style: Which layers are on, in which order, how strong.
        shades: Mains coloured by a figure, or None: grey by diameter.
        pressures: Marks of a hydraulic check, or None.
        backdrop: A picture under the mains, or None.
        incidents: Incidents of the dispatch desk, the most pressing last.
        reach: How soon crews could be anywhere, or None.
        marked: Lines that the operator has chosen in a list, project CRS, or None.
        chosen: Very many things chosen in the attribute table or by a trace, or None.
        legend_folded: Whether the operator has folded the legend away from what it covers; None: nobody has said.
    """

    city: City
    scene: Scene
    pipes: PipeLines
    states: DeviceStates
    plan: PlanPicture | None = None
    style: MapStyle = field(default_factory=MapStyle)
    shades: PipeShades | None = None
    marked: Polylines | None = None
    pressures: PressureMarks | None = None
    backdrop: Backdrop | None = None
    incidents: tuple[IncidentMark, ...] = ()
    reach: ReachMarks | None = None
    chosen: Chosen | None = None
    legend_folded: bool | None = None

    @classmethod
    def of(cls, city: City, scene: Scene, states: DeviceStates | None = None) -> MapContent:
        """The city as recorded, without a plan."""
        # The scene has the measures ready: to walk all vertices of a city would hold the window up.
        lines = Polylines(city.shapes.offsets, city.shapes.xy_m)
        pipes = PipeLines(lines, scene.run_m, city.network.pipes.length_m)
        return cls(city, scene, pipes, states or DeviceStates.recorded(city.network.devices))

    @property
    def hidden(self) -> frozenset[MapLayer]:
        """Layers switched off."""
        return self.style.hidden

    def shows(self, layer: MapLayer, m_per_px: float) -> bool:
        """True where a layer is on at a scale."""
        return self.style.shows(layer, m_per_px)

    def with_hidden(self, hidden: frozenset[MapLayer]) -> MapContent:
        """The same with these layers off and all others on."""
        return replace(self, style=replace(self.style, hidden=hidden))
