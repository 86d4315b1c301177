"""Layers handed to GDAL, which writes them in a child process: it brings a second SQLite, and much that it loads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from gis.errors import GisError
from network.child import run_in_child
from network.errors import NetworkError

_TIMEOUT_S = 1800.0
_AT_ONCE_BYTES = 64 * 2**20
"""So much is handed over at a time: a child for each of many small layers would take longer than writing them."""
_A_CELL_BYTES = 40


@dataclass(frozen=True, eq=False)
class GdalLayer:
    """One layer as GDAL takes it.

    Attributes:
        file: Where it is written.
        driver: GDAL's name of the format.
        geometry_type: GDAL's name of it.
        crs: None where it is not known.
        wkb: Shape (n,), object: a geometry each.
        columns: Shape (n,) each.
        append: Whether the file is there already, with other layers.
        options: Further ones of the driver.
    """

    file: str
    driver: str
    name: str
    geometry_type: str
    crs: str | None
    wkb: NDArray[np.object_]
    columns: Mapping[str, NDArray[Any]]
    append: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Bytes, roughly."""
        return sum(len(one) for one in self.wkb if one is not None) + _A_CELL_BYTES * len(self.columns) * len(self.wkb)


class GdalPen:
    """Gathers layers and has them written; all are when the block ends. *path* is what errors call the file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._waiting: list[GdalLayer] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._write()

    def add(self, layer: GdalLayer) -> None:
        """Write *layer*, now or with the next ones."""
        self._waiting.append(layer)
        if sum(one.size for one in self._waiting) > _AT_ONCE_BYTES:
            self._write()

    def _write(self) -> None:
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        try:
            # pyogrio would load pandas for data frames, which nobody here asks for.
            without = ("pandas", "geopandas")
            run_in_child(_TIMEOUT_S, "gis.exchange.gdal_writer:write", waiting, str(self._path), without=without)
        except NetworkError as failed:
            why = str(failed.detail.get("last_words") or failed.code)
            raise GisError("cannot_write_file", path=str(self._path), why=why) from failed
