"""What the map has to paint, in one record that painting functions and threads share."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.ui.map.shades import PipeShades
from gis.scene.along import PipeLines
from gis.scene.detail import MapLayer
from gis.scene.lines import Polylines
from gis.scene.plan_picture import PlanPicture
from gis.scene.scene import Scene
from network.topology import City, DeviceStates

HIDDEN_AT_FIRST = frozenset({MapLayer.ZONES})


@dataclass(frozen=True, eq=False)
class MapContent:
    """A city, its scene, and what is said about them now.

    Attributes:
        city: Tables, for names and states.
        scene: Drawn from.
        pipes: The city's pipes, measured.
        states: Device states now, with what the operator supposes.
        plan: The plan shown, or None.
        hidden: Layers switched off.
        shades: Mains coloured by a figure, or None: grey by diameter.
        marked: Lines that the operator has chosen in a list, project CRS, or None.
    """

    city: City
    scene: Scene
    pipes: PipeLines
    states: DeviceStates
    plan: PlanPicture | None = None
    hidden: frozenset[MapLayer] = field(default=HIDDEN_AT_FIRST)
    shades: PipeShades | None = None
    marked: Polylines | None = None

    @classmethod
    def of(cls, city: City, scene: Scene, states: DeviceStates | None = None) -> MapContent:
        """The city as recorded, without a plan."""
        # The scene has the measures ready: to walk all vertices of a city would hold the window up.
        lines = Polylines(city.shapes.offsets, city.shapes.xy_m)
        pipes = PipeLines(lines, scene.run_m, city.network.pipes.length_m)
        return cls(city, scene, pipes, states or DeviceStates.recorded(city.network.devices))

    def shows(self, layer: MapLayer) -> bool:
        """True where a layer is switched on."""
        return layer not in self.hidden
