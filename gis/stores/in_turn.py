"""A store's layers for who goes through them one after the other."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from gis.layers import Layer
from gis.stores.base import CityStore


@dataclass(frozen=True)
class LayersInTurn:
    """The layers of *store*, read each time they are asked for and never kept.

    Implements :class:`gis.layers.LayersRead`.
    """

    store: CityStore

    @property
    def synthetic(self) -> bool:
        """True for a generated demo city."""
        return self.store.meta.synthetic

    def get(self, name: str) -> Layer:
        """Layer *name*, empty where the city has none."""
        return self.store.layers((name,)).get(name)

    def parts(self, name: str, columns: Collection[str], *, drawn: bool = True) -> Iterator[Layer]:
        """Layer *name* part by part."""
        return self.store.layer_parts(name, columns, drawn=drawn)
