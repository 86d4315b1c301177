"""From foreign layers to one city's layers: names by mapping, coordinates by georeference, units checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.crs import CrsInfo
from gis.errors import GisError
from gis.exchange.apply_mapping import MappedLayer, apply_rule, rules_for
from gis.exchange.georeference import Origin, choose_project_crs, origin_of, place_layer
from gis.exchange.joins import Table, find_table, read_csv
from gis.exchange.mapping import ImportMapping
from gis.exchange.raw import RawLayer
from gis.exchange.unit_faults import check_units
from gis.fault_log import FaultLog
from gis.faults import Action, Fault, FaultKind
from gis.layers import LAYERS, Layer, LayerSet


@dataclass(frozen=True, eq=False)
class Imported:
    """A city's layers as read, before noding, and what was found amiss."""

    layers: LayerSet
    faults: tuple[Fault, ...]


def assemble(
    raws: Sequence[RawLayer],
    mapping: ImportMapping | None = None,
    told_crs: CrsInfo | None = None,
    table_folders: Sequence[Path] = (),
    name: str = "",
) -> Imported:
    """Make one city of *raws*.

    Args:
        raws: Everything that the files hold.
        mapping: Which of it means what; None to go by our own names.
        told_crs: What the user said of the CRS (see :mod:`gis.exchange.georeference`).
        table_folders: Where the tables that the mapping joins are looked for, in this order.
        name: What the city is called; the mapping's name where empty.

    Raises:
        GisError: ``no_pipe_layer``, ``no_pipes``; those of the CRS (:mod:`gis.exchange.georeference`) and of the
            mapping (:mod:`gis.exchange.apply_mapping`).
    """
    log = FaultLog()
    for raw in raws:
        if raw.recoded:
            log.add(FaultKind.GBK_TEXT, raw.name, action=Action.REPAIRED, encoding=raw.recoded, path=raw.path)

    def table(file: str) -> Table:
        return read_csv(find_table(file, table_folders))

    mapped = [apply_rule(raw, rule, table, log) for raw, rule in rules_for(raws, mapping, log)]
    mapped.sort(key=lambda layer: tuple(LAYERS).index(layer.target))
    if not any(layer.target == "pipe" for layer in mapped):
        raise GisError("no_pipe_layer", found=", ".join(raw.name for raw in raws))
    project, placed = _placed(mapped, told_crs, log)
    layers = {target: _stacked([layer for at, layer in placed if at == target]) for target in LAYERS}
    layers = {target: layer for target, layer in layers.items() if len(layer)}
    if "pipe" not in layers:
        raise GisError("no_pipes", found=", ".join(raw.name for raw in raws))
    check_units(layers, log)
    title = name or (mapping.name if mapping else "")
    return Imported(LayerSet(project.epsg, layers, name=title), log.faults())


def _placed(
    mapped: Sequence[MappedLayer], told: CrsInfo | None, log: FaultLog
) -> tuple[CrsInfo, list[tuple[str, Layer]]]:
    """Every layer in the project CRS. A file's origin is found out once, however many rules use it."""
    origins: dict[int, Origin | None] = {}
    for layer in mapped:
        if id(layer.source) not in origins:
            origins[id(layer.source)] = origin_of(layer.source, told, log)
    known = [origin for origin in origins.values() if origin is not None]
    if not known:
        raise GisError("no_pipes", found=", ".join(layer.source.name for layer in mapped))
    project = choose_project_crs(known, told, log)
    placed = []
    for layer in mapped:
        origin = origins[id(layer.source)]
        at_home = layer.layer if origin is None else place_layer(layer, origin, project, log)
        placed.append((layer.target, at_home))
    return project, placed


def _stacked(layers: Sequence[Layer]) -> Layer:
    """Layers of one kind under one another; a column that one of them lacks is null there."""
    if not layers:
        return Layer(np.empty(0, dtype=object), {"id": np.empty(0, dtype=object)})
    if len(layers) == 1:
        return layers[0]
    names = dict.fromkeys(name for layer in layers for name in layer.columns)
    columns = {name: _stacked_column(name, layers) for name in names}
    return Layer(np.concatenate([layer.geometry for layer in layers]), columns)


def _stacked_column(name: str, layers: Sequence[Layer]) -> NDArray[Any]:
    have = [layer.columns[name] for layer in layers if name in layer.columns]
    kinds = {values.dtype.kind for values in have}
    if kinds in ({"i"}, {"b"}):
        blank: Any = have[0].dtype.type(0)
    elif kinds <= {"i", "f", "b"}:
        blank = np.nan
    else:
        blank = ""
    parts = [
        layer.columns.get(name, np.full(len(layer), blank, dtype=object if blank == "" else None)) for layer in layers
    ]
    if blank == "":
        parts = [_texts(part) for part in parts]
    return np.concatenate(parts)


def _texts(values: NDArray[Any]) -> NDArray[np.object_]:
    out = np.empty(len(values), dtype=object)
    out[:] = [str(value) for value in values.tolist()]
    return out
