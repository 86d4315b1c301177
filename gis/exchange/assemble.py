"""From foreign layers to one city's layers: names by mapping, coordinates by georeference, units checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gis.crs import LOCAL_EPSG, CrsInfo
from gis.errors import GisError
from gis.exchange.apply_mapping import MappedLayer, apply_rule, report_unused_rows, rules_for
from gis.exchange.georeference import Origin, choose_project_crs, origin_of, place_layer
from gis.exchange.joins import Table, find_table, read_csv
from gis.exchange.mapping import ImportMapping
from gis.exchange.raw import RawLayer
from gis.exchange.unit_faults import check_units
from gis.fault_log import FaultLog
from gis.faults import Action, Fault, FaultKind
from gis.layers import LAYERS, Layer, LayerSet, stack_layers

_ORDER = tuple(LAYERS)


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
        GisError: As :func:`mapped_layers` and :func:`settle`.
    """
    log = FaultLog()
    mapped = mapped_layers(raws, mapping, table_folders, log)
    return settle(mapped, told_crs, name or (mapping.name if mapping else ""), log)


def mapped_layers(
    raws: Sequence[RawLayer], mapping: ImportMapping | None, table_folders: Sequence[Path], log: FaultLog
) -> list[MappedLayer]:
    """The layers of *raws* in our names and units.

    Raises:
        GisError: Those of :mod:`gis.exchange.apply_mapping` and :mod:`gis.exchange.joins`.
    """
    for raw in raws:
        if raw.recoded:
            log.add(FaultKind.GBK_TEXT, raw.name, action=Action.REPAIRED, encoding=raw.recoded, path=raw.path)
        log.count(FaultKind.CUT_TEXT, raw.name, raw.cut, Action.SKIPPED)

    def table(file: str) -> Table:
        return read_csv(find_table(file, table_folders))

    pairs = rules_for(raws, mapping, log)
    report_unused_rows(pairs, log)
    return [apply_rule(raw, rule, table, log) for raw, rule in pairs]


def settle(
    mapped: Sequence[MappedLayer], told_crs: CrsInfo | None, name: str, log: FaultLog, local: bool = False
) -> Imported:
    """One city of layers in our names: coordinates to the project CRS, one layer of each kind, units checked.

    With *local* the coordinates stay as they are, on a plane whose place on the Earth is not known.

    Raises:
        GisError: ``no_pipe_layer``, ``no_pipes``; those of :mod:`gis.exchange.georeference`.
    """
    mapped = sorted(mapped, key=lambda layer: _ORDER.index(layer.target))
    if not any(layer.target == "pipe" for layer in mapped):
        unused = ", ".join(fault.layer for fault in log.faults() if fault.kind is FaultKind.UNUSED_LAYER)
        raise GisError("no_pipe_layer", found=unused)
    if local:
        epsg, placed = LOCAL_EPSG, [(layer.target, layer.layer) for layer in mapped]
        log.add(FaultKind.CRS_MISSING, mapped[0].source.name, action=Action.KEPT)
    else:
        project, placed = _placed(mapped, told_crs, log)
        epsg = project.epsg
    layers = {target: stack_layers([layer for at, layer in placed if at == target]) for target in _ORDER}
    layers = {target: layer for target, layer in layers.items() if len(layer)}
    if "pipe" not in layers:
        raise GisError("no_pipes")
    check_units(layers, log)
    return Imported(LayerSet(epsg, layers, name=name), log.faults())


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
        raise GisError("no_pipes")
    project = choose_project_crs(known, told, log)
    placed = []
    for layer in mapped:
        origin = origins[id(layer.source)]
        at_home = layer.layer if origin is None else place_layer(layer, origin, project, log)
        placed.append((layer.target, at_home))
    return project, placed
