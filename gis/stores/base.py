"""What every store of a city offers, whatever database lies beneath."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from gis.editing.changes import Place, Value
from gis.editing.source import LayerSource, Touched
from gis.faults import Fault
from gis.layers import Layer, LayerSet
from gis.stores.version import SCHEMA
from network.assets import Condition, Position
from network.topology import City


@dataclass(frozen=True)
class StoreMeta:
    """What a store says about itself.

    Attributes:
        name: What the city is called on screen.
        crs_epsg: Metric project CRS.
        synthetic: True for a generated city.
        revision: Names this state of the city's tables; caches are keyed by it. Valve projections do not change it.
        schema: Version of the tables.
        masked: Whether names of customers were left out, so that nobody takes it for all that is known.
    """

    name: str
    crs_epsg: int
    synthetic: bool
    revision: str
    schema: int = SCHEMA
    masked: bool = False


@dataclass(frozen=True)
class ValveState:
    """What the journal says of one valve now; None leaves that part as recorded at import."""

    id: str
    position: Position | None = None
    condition: Condition | None = None


@dataclass(frozen=True)
class FeatureState:
    """What the journal says of one feature now, to be laid over what was imported.

    Attributes:
        there: Whether it is there; None leaves that as imported.
        place: None leaves it as imported.
        fields: Columns of which the journal speaks, with their values.
    """

    layer: str
    id: str
    there: bool | None = None
    place: Place | None = None
    fields: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Applied:
    """How far the journal has been carried into the store: the last event of each device."""

    last: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class OutsideEdit:
    """A feature that another program (QGIS) changed in the store. Plans go by what was imported until it is taken over.

    Attributes:
        what: ``insert``, ``update`` or ``delete``.
    """

    layer: str
    id: str
    what: str


class NodedCity(Protocol):
    """What a store takes in: :class:`gis.noding.Noded`, or anything that holds the same three."""

    @property
    def city(self) -> City:
        """The city as noding made it."""

    @property
    def layers(self) -> LayerSet:
        """The layers as they are to be stored."""

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Faults found on the way."""


class CityStore(Protocol):
    """One city on disk: its layers, what noding found, its faults, and the journal's projection onto its valves."""

    @property
    def meta(self) -> StoreMeta:
        """What the store says about itself."""

    def city(self) -> City:
        """The city as it was noded, without noding it again."""

    def layers(self, names: Iterable[str] | None = None) -> LayerSet:
        """The layers as they were stored, with the journal's valve states; *names* takes only these."""

    def layer_parts(self, name: str, columns: Collection[str], *, drawn: bool = True) -> Iterator[Layer]:
        """One of them some ten thousand features at a time, in the same order, with those of *columns* that it has.

        Their geometry is None where they need not be *drawn*.
        """

    def faults(self) -> tuple[Fault, ...]:
        """Faults found at import, in the order of the report."""

    def applied(self) -> Applied:
        """How far the journal has been carried in."""

    def apply(
        self,
        valves: Iterable[ValveState],
        applied: Applied,
        features: Iterable[FeatureState] = (),
        *,
        afresh: bool = False,
    ) -> None:
        """Put features, valve states and the new mark in together, or none; *afresh* first returns all to the record.

        Where the store holds a later mark already (another window was quicker), nothing is changed, unless *afresh*.
        Ids that the store does not know are passed over: the journal keeps events about valves that left. Rows of
        features keep their order; features that were added follow those that were imported.
        """

    def source(self) -> LayerSource:
        """The layers as they are now, piece by piece; valves bear the position and condition of the record."""

    def touched(self, ids: Mapping[str, Collection[str]]) -> Touched:
        """The features *ids* (by layer) as they were imported, and as they are now; valves as in :meth:`source`."""

    def outside_edits(self) -> tuple[OutsideEdit, ...]:
        """What other programs changed since the import, each feature once for each kind of change, oldest first."""

    def outside(self) -> Mapping[str, tuple[Layer, Layer]]:
        """By layer, what other programs changed since: those features as they were imported, and as they lie there."""

    def take_back_outside(self, features: Iterable[FeatureState], valves: Iterable[ValveState]) -> None:
        """Every feature that other programs changed as the record and the journal (*features*, *valves*) have it."""

    def close(self) -> None:
        """Let go of the file or server."""
