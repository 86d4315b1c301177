"""Which flow meters make up the inflow of which part of a city, and with which sign: so that no water counts twice.

What a booster or a house's own pumps lift has been measured where it entered the city, or the DMA, already.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from app.telemetry.bursts.flows import Area
from app.telemetry.bursts.inflow import WHOLE_CITY
from app.telemetry.channels import Channel, Channels, Role
from app.telemetry.quantities import Quantity
from network.assets import DeviceKind, SourceKind
from network.columns import Int64
from network.topology import City

MOST_MAINS: Final = 20
"""House value: so many mains in a row are followed from a pump to the meter at the border that it feeds through."""


def areas_told(channels: Channels, city: City) -> tuple[Area, ...]:
    """DMAs with flow meters, and all that sources give (``WHOLE_CITY``), by their names."""
    return tuple(_area(name, signs) for name, signs in sorted(_signs(channels, city).items()))


def metered_areas(channels: Channels, city: City) -> tuple[tuple[Area, ...], Int64]:
    """Areas with flow meters, and which of them each pipe lies in, -1 for none: shape (pipes,).

    What is in no metered DMA is an area of its own where sources are metered: what they give less what DMAs take.
    """
    signs, dma = _signs(channels, city), city.network.pipes.dma
    of_pipe = np.full(len(dma), -1, dtype=np.int64)
    areas = list[Area]()
    rest = dict(signs.get(WHOLE_CITY, {}))
    for name, one in sorted(signs.items()):
        inside = dma.codes == dma.vocabulary.find(name)
        if name != WHOLE_CITY and inside.any():
            of_pipe[inside] = len(areas)
            areas.append(_area(name, one))
            for meter, sign in one.items():
                rest[meter] = rest.get(meter, 0.0) - sign
    others = of_pipe < 0
    if signs.get(WHOLE_CITY) and others.any():
        of_pipe[others] = len(areas)
        areas.append(_area(WHOLE_CITY, rest))
    return tuple(areas), of_pipe


def _area(name: str, signs: Mapping[str, float]) -> Area:
    # What enters a DMA right from a source is no inflow of what is left.
    counted = {meter: sign for meter, sign in signs.items() if sign}
    return Area(name, tuple(counted), tuple(counted.values()))


def _signs(channels: Channels, city: City) -> dict[str, dict[str, float]]:
    """By area and meter, 1 where it leads in and -1 where it leads out."""
    at = _Meters(channels, city)
    found: dict[str, dict[str, float]] = {}
    for one in at.meters:
        given = at.given(one)
        if given:
            found.setdefault(WHOLE_CITY, {})[one.id] = given
        sign = (given or at.crossing(one)) if one.dma_id else 0.0
        if sign:
            found.setdefault(one.dma_id, {})[one.id] = sign
    return found


class _Meters:
    """Flow meters as they stand in the network."""

    def __init__(self, channels: Channels, city: City) -> None:
        self.meters = [one for one in channels.records if one.quantity is Quantity.FLOW]
        self._channels, self._stations, self._network = channels, city.stations, city.network
        devices = self._network.devices
        self._pumped = {int(pipe) for pipe in devices.pipe[devices.kind == DeviceKind.PUMP] if pipe >= 0}

    def given(self, one: Channel) -> float:
        """With which sign a meter counts as what sources give; 0.0 where it stands at none.

        Water that comes into a plant comes from outside the city; what flows into a tank is taken out of the mains.
        """
        sources = self._network.sources
        row = sources.ids.find(one.station_id) if one.station_id else -1
        if row >= 0:
            if one.role is not Role.INLET:
                return 1.0
            return 0.0 if sources.kind[row] == SourceKind.PLANT else -1.0
        if not one.station_id or self._is_of_house(one):
            return 0.0
        pump = self._pump_of(one)
        if pump >= 0:
            return 1.0 if one.role is not Role.INLET and self._draws_from_unmetered_source(pump) else 0.0
        # A station that the network does not know is a booster where the mains' pressure comes in.
        is_booster = any(
            other.station_id == one.station_id and other.quantity is Quantity.PRESSURE and other.role is Role.INLET
            for other in self._channels.records
        )
        return 0.0 if is_booster or one.role is Role.INLET else 1.0

    def crossing(self, one: Channel) -> float:
        """1 where a meter leads into its DMA, -1 where it leads out; 0.0 where it measures nothing new."""
        if self._is_of_house(one):
            return 0.0
        pump = self._pump_of(one)
        ends = self._ends(pump) if pump >= 0 else None
        if ends is None:
            return -1.0 if one.role is Role.OUTLET else 1.0
        drawn, fed = (any(self._network.pipes.dma[row] == one.dma_id for row in self._mains_at(node)) for node in ends)
        if (fed and drawn) or self._is_measured_again(one, int(self._network.devices.pipe[pump]), ends):
            return 0.0
        return -1.0 if drawn else 1.0

    def _is_of_house(self, one: Channel) -> bool:
        return bool(one.station_id) and self._stations.ids.find(one.station_id) >= 0

    def _pump_of(self, one: Channel) -> int:
        """The pump whose station a meter stands at; -1 for none."""
        devices = self._network.devices
        row = devices.ids.find(one.station_id) if one.station_id else -1
        return row if row >= 0 and devices.kind[row] == DeviceKind.PUMP else -1

    def _ends(self, pump: int) -> tuple[int, int] | None:
        """Where a pump draws from and feeds to; None where that is not known."""
        devices, pipes = self._network.devices, self._network.pipes
        pipe, direction = int(devices.pipe[pump]), int(devices.direction[pump])
        if pipe < 0 or not direction:
            return None
        ends = (int(pipes.from_node[pipe]), int(pipes.to_node[pipe]))
        return ends if direction > 0 else ends[::-1]

    def _draws_from_unmetered_source(self, pump: int) -> bool:
        """Whether it is a plant's own pump, and the plant has no meter under its own id."""
        ends, sources = self._ends(pump), self._network.sources
        if ends is None:
            return False
        nodes = [ends[0], *(node for _, node in self._in_a_row(ends[0]))]
        # What a tank gives has come into the city before.
        at_source = np.isin(sources.node, nodes) & (sources.kind != SourceKind.TANK)
        behind = {sources.ids[row] for row in np.flatnonzero(at_source).tolist()}
        return bool(behind) and all(other.station_id not in behind for other in self.meters)

    def _is_measured_again(self, one: Channel, pipe: int, ends: tuple[int, int]) -> bool:
        """Whether another meter of the DMA measures the same water: at the pump's outlet, or on a main in a row."""
        own = [other for other in self.meters if other.dma_id == one.dma_id and other.id != one.id]
        if one.role is Role.INLET and any(
            other.station_id == one.station_id and other.role is Role.OUTLET for other in own
        ):
            return True
        ids = self._network.pipes.ids
        at_border = {ids.find(other.pipe_id) for other in own if other.pipe_id and not other.station_id}
        return pipe in at_border or any(main in at_border for node in ends for main, _ in self._in_a_row(node))

    def _mains_at(self, node: int) -> list[int]:
        """Mains at *node* that no pump stands in."""
        pipes = self._network.pipes
        rows = np.flatnonzero((pipes.from_node == node) | (pipes.to_node == node))
        return [row for row in rows.tolist() if row not in self._pumped]

    def _in_a_row(self, node: int) -> Iterator[tuple[int, int]]:
        """Mains from *node* on with their far ends, as long as none branches off; pumps side by side do not count."""
        pipes, pipe = self._network.pipes, -1
        for _ in range(MOST_MAINS):
            mains = [row for row in self._mains_at(node) if row != pipe]
            if len(mains) != 1:
                return
            (pipe,) = mains
            node = int(pipes.to_node[pipe] if pipes.from_node[pipe] == node else pipes.from_node[pipe])
            yield pipe, node
