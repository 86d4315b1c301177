"""Their layers made ours by the rules of a mapping. Coordinates stay in their CRS."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.errors import GisError
from gis.exchange.cell_faults import CellFaults
from gis.exchange.joins import Table, joined
from gis.exchange.mapping import ColumnRule, ImportMapping, LayerRule, natural_rule
from gis.exchange.raw import RawLayer
from gis.exchange.text_faults import tidy
from gis.exchange.values import as_real, as_text, natural, typed
from gis.fault_log import FaultLog
from gis.faults import Action, FaultKind
from gis.layers import LAYERS, Layer
from network.columns import Bool
from network.units import factor, parse_diameter, unit_of

ReadTable = Callable[[str], Table]


@dataclass(frozen=True, eq=False)
class MappedLayer:
    """A layer in our names and units, its coordinates still as in the file.

    Attributes:
        target: Name of our layer.
        source: The layer that it was taken from.
    """

    target: str
    source: RawLayer
    layer: Layer


def rules_for(
    raws: Sequence[RawLayer], mapping: ImportMapping | None, log: FaultLog
) -> list[tuple[RawLayer, LayerRule]]:
    """Which rule goes with which layer: the mapping's, else the layer's own name. Unused layers are reported.

    Raises:
        GisError: ``mapping_layer_missing`` when a rule names a layer that no file has.
    """
    pairs = [(raw, rule) for rule in (mapping.rules if mapping else ()) for raw in _named(raws, rule.source)]
    if mapping is None:
        for raw in raws:
            rule = natural_rule(raw.name, raw.columns, raw.driver == "ESRI Shapefile")
            if rule is not None:
                pairs.append((raw, rule))
    used = {id(raw) for raw, _ in pairs}
    for raw in raws:
        if id(raw) not in used:
            # With a mapping, what counts is that; without one, what a layer is called.
            rules, known = (len(mapping.rules), "") if mapping else ("", ", ".join(LAYERS))
            log.add(
                FaultKind.UNUSED_LAYER,
                raw.name,
                action=Action.SKIPPED,
                count=len(raw),
                path=raw.path,
                rules=rules,
                known=known,
            )
    return pairs


def _named(raws: Sequence[RawLayer], name: str) -> list[RawLayer]:
    found = [raw for raw in raws if raw.name == name] or [raw for raw in raws if raw.name.lower() == name.lower()]
    if not found:
        raise GisError("mapping_layer_missing", layer=name, found=", ".join(raw.name for raw in raws))
    return found


def apply_rule(raw: RawLayer, rule: LayerRule, read_table: ReadTable, log: FaultLog) -> MappedLayer:
    """Make *raw* one of our layers by *rule*; *read_table* gives the table of a join by its file name.

    Raises:
        GisError: ``mapping_column_missing`` when the rule names a column that the layer has not.
    """
    kept = rows_of(raw, rule)
    theirs = {name: values[kept] for name, values in raw.columns.items()}
    rows = int(kept.sum())
    ids = as_text(tidy(rule.target, "id", _cells(theirs, rule.columns.get("id", ColumnRule()), rows), None, log))
    columns: dict[str, NDArray[Any]] = {"id": ids}
    for name, column in rule.columns.items():
        if name != "id":
            columns |= _filled(rule.target, name, column, theirs, ids, log)
    for join in rule.joins:
        columns |= joined(join, theirs, columns, LAYERS[rule.target], read_table(join.file), log)
    _set_features(columns, rule, log)
    taken = {column.column for column in rule.columns.values()}
    columns |= _kept_beside(theirs, taken, columns, rule.target, log)
    return MappedLayer(rule.target, raw, Layer(raw.geometry[kept], columns))


def rows_of(raw: RawLayer, rule: LayerRule) -> Bool:
    """Which rows of *raw* the rule takes."""
    _check_columns(raw, rule)
    return _selected(raw.columns, rule.where, len(raw)) & ~_refused(raw.columns, rule.unless, len(raw))


def report_unused_rows(pairs: Sequence[tuple[RawLayer, LayerRule]], log: FaultLog) -> None:
    """Report how many rows of each layer no rule takes: they may hold words that the mapping does not know."""
    taken: dict[int, Bool] = {}
    for raw, rule in pairs:
        taken[id(raw)] = taken.get(id(raw), np.zeros(len(raw), dtype=np.bool_)) | rows_of(raw, rule)
    for raw in {id(raw): raw for raw, _ in pairs}.values():
        left = int((~taken[id(raw)]).sum())
        if left:
            log.add(FaultKind.UNUSED_ROWS, raw.name, action=Action.SKIPPED, count=left, of=len(raw), path=raw.path)


def _check_columns(raw: RawLayer, rule: LayerRule) -> None:
    named = [column.column for column in rule.columns.values() if column.column]
    for name in (*named, *rule.where, *rule.unless, *(join.on for join in rule.joins)):
        if name not in raw.columns:
            raise GisError("mapping_column_missing", layer=raw.name, column=name, found=", ".join(raw.columns))


def _selected(columns: Mapping[str, NDArray[Any]], where: Mapping[str, tuple[str, ...]], rows: int) -> Bool:
    kept = np.ones(rows, dtype=np.bool_)
    for name, words in where.items():
        kept &= np.isin(as_text(columns[name]).astype(str), words)
    return kept


def _refused(columns: Mapping[str, NDArray[Any]], unless: Mapping[str, tuple[str, ...]], rows: int) -> Bool:
    refused = np.zeros(rows, dtype=np.bool_)
    for name, words in unless.items():
        refused |= np.isin(as_text(columns[name]).astype(str), words)
    return refused


def _cells(theirs: Mapping[str, NDArray[Any]], rule: ColumnRule, rows: int) -> NDArray[Any]:
    """Their cells, or the constant in every row."""
    if rule.column:
        return theirs[rule.column]
    constant = np.empty(rows, dtype=object)
    constant[:] = rule.value
    return constant


def _filled(
    layer: str, name: str, rule: ColumnRule, theirs: Mapping[str, NDArray[Any]], ids: NDArray[np.object_], log: FaultLog
) -> dict[str, NDArray[Any]]:
    """Our column *name*; with dn_mm also dn_basis, where the diameters say it themselves."""
    spec = LAYERS[layer].columns[name]
    cells = _cells(theirs, rule, len(ids))
    if rule.null:
        cells = _without(cells, rule.null)
    if rule.words or rule.default is not None:
        cells = _translated(layer, name, rule, cells, log)
    if spec.kind == "text":
        cells = tidy(layer, name, cells, ids, log)
    faults = CellFaults(layer, ids, log)
    if name == "dn_mm" and cells.dtype == object:
        diameters, basis = _diameters(cells)
        faults.blame(name, spec, cells, diameters)
        found = {name: diameters * _factor(rule, name)}
        return found | ({"dn_basis": basis} if layer == "pipe" and (basis != "").any() else {})
    values = typed(cells, spec.kind)
    faults.blame(name, spec, cells, values)
    return {name: values * _factor(rule, name) if rule.unit and spec.kind == "real" else values}


def _factor(rule: ColumnRule, name: str) -> float:
    return factor(rule.unit, unit_of(name)) if rule.unit else 1.0


def _without(cells: NDArray[Any], null: tuple[str, ...]) -> NDArray[Any]:
    cleared = cells.astype(object)
    cleared[np.isin(as_text(cells).astype(str), null)] = None
    return cleared


def _translated(layer: str, name: str, rule: ColumnRule, cells: NDArray[Any], log: FaultLog) -> NDArray[np.object_]:
    texts = as_text(cells)
    words, counts = np.unique(texts.astype(str), return_counts=True)
    ours = {word: _word(word, rule) for word in words.tolist()}
    for word, count in zip(words.tolist(), counts.tolist(), strict=True):
        kind = _doubt(word, rule)
        if kind is not None:
            log.add(kind, layer, action=Action.KEPT, column=name, word=word, read_as=ours[word], count=count)
    out = np.empty(len(texts), dtype=object)
    out[:] = [ours[text] for text in texts]
    return out


def _doubt(word: str, rule: ColumnRule) -> FaultKind | None:
    """What is to be told of a word beside how it is read."""
    if word in rule.doubtful:
        return FaultKind.DOUBTFUL_WORD
    by_default = word and word not in rule.words and rule.default is not None
    return FaultKind.WORD_BY_DEFAULT if by_default else None


def _word(word: str, rule: ColumnRule) -> str:
    if word in rule.words:
        return rule.words[word]
    return word if rule.default is None or not word else rule.default


def _diameters(cells: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.object_]]:
    """Numbers of diameters as people write them, and what each says it is measured by."""
    basis: list[str] = []

    def read(text: str) -> float:
        try:
            number, by = parse_diameter(text)
        except ValueError:
            # A number that no diameter can be is told so later, by its value.
            return float(text)
        basis[-1] = by
        return number

    def next_number(text: object) -> float:
        basis.append("")
        return float(as_real(np.array([text], dtype=object), read)[0])

    numbers = np.array([next_number(cell) for cell in cells], dtype=np.float64)
    said = np.empty(len(basis), dtype=object)
    said[:] = basis
    return numbers, said


def _set_features(columns: dict[str, NDArray[Any]], rule: LayerRule, log: FaultLog) -> None:
    for feature, values in rule.features.items():
        rows = np.flatnonzero(columns["id"] == feature)
        if not len(rows):
            log.add(FaultKind.UNKNOWN_REFERENCE, rule.target, feature, action=Action.SKIPPED, column="id")
        for name, value in values.items():
            spec = LAYERS[rule.target].columns[name]
            column = columns.setdefault(name, typed(np.full(len(columns["id"]), None, dtype=object), spec.kind))
            cell = np.array([value], dtype=object)
            read = typed(cell, spec.kind)
            CellFaults(rule.target, np.array([feature], dtype=object), log).blame(name, spec, cell, read)
            column[rows] = read[0]


def _kept_beside(
    theirs: Mapping[str, NDArray[Any]],
    taken: set[str],
    ours: Mapping[str, NDArray[Any]],
    layer: str,
    log: FaultLog,
) -> dict[str, NDArray[Any]]:
    """Columns that we have no name for, kept; one that bears a name of ours but is not meant by it gets a prefix."""
    used = {name.lower() for name in (*LAYERS[layer].columns, *ours, "fid", "ogc_fid", "geometry", "geom")}
    beside: dict[str, NDArray[Any]] = {}
    for name, values in theirs.items():
        if name in taken:
            continue
        free = name
        while free.lower() in used:
            free = f"source_{free}"
        used.add(free.lower())
        beside[free] = natural(tidy(layer, name, values, ours["id"], log))
    return beside
