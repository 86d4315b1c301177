"""Reads a mapping file. Everything is checked here, so that a fault names its key and its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from gis.errors import GisError
from gis.exchange.mapping import ColumnRule, ImportMapping, JoinRule, LayerRule, Word
from gis.exchange.values import cell_text
from gis.layers import LAYERS, ColumnSpec, LayerSpec
from network.errors import os_detail
from network.units import factor, unit_of

_LAYER_KEYS = {"source", "target", "where", "unless", "columns", "features", "join"}
_COLUMN_KEYS = {"column", "value", "words", "default", "doubtful", "unit", "null"}
_JOIN_KEYS = {"file", "on", "key", "where", "count", "take"}


def read_mapping(path: Path) -> ImportMapping:
    """Read the mapping file *path*.

    Raises:
        GisError: ``mapping_missing``; ``mapping_not_utf8``; ``mapping_syntax`` (``line``, ``why``); or, each with
            ``key`` and ``line`` (0 where it cannot be told), ``mapping_key_unknown``, ``mapping_key_missing``,
            ``mapping_type`` (``wanted``), ``mapping_layer_unknown``, ``mapping_column_unknown``,
            ``mapping_word_unknown``, ``mapping_unit_unknown``.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as missing:
        raise GisError("mapping_missing", path=str(path)) from missing
    except OSError as error:
        raise GisError("cannot_read_file", path=str(path), **os_detail(error)) from error
    except UnicodeDecodeError as garbled:
        raise GisError("mapping_not_utf8", path=str(path)) from garbled
    return parse_mapping(text, str(path))


def parse_mapping(text: str, path: str = "") -> ImportMapping:
    """Parse the text of a mapping file; *path* is for the faults. Raises as :func:`read_mapping`."""
    try:
        found = tomllib.loads(text)
    except (ValueError, RecursionError) as broken:
        # ValueErrors are also TOML's own, and numbers of thousands of digits; nesting may be too deep.
        at = re.search(r"line (\d+)", str(broken))
        raise GisError("mapping_syntax", path=path, line=int(at[1]) if at else 0, why=str(broken)) from broken
    root = _Place(text, path)
    root.known(found, {"mapping", "layer"})
    about = root.table(found, "mapping")
    root.known(about, {"name", "version"})
    blocks = found.get("layer", [])
    if not isinstance(blocks, list) or not blocks:
        raise root.fault("mapping_key_missing", "layer")
    rules = tuple(_layer_rule(block, root.block(number)) for number, block in enumerate(blocks))
    return ImportMapping(rules, root.text(about, "name"))


class _Place:
    """Where in the file we are, for the faults; and the typed reading of keys."""

    def __init__(self, text: str, path: str, first: int = 0, last: int | None = None) -> None:
        self._lines = text.splitlines()
        self._path = path
        self._first = first
        self._last = len(self._lines) if last is None else last

    def block(self, number: int) -> _Place:
        """The lines of the *number*-th ``[[layer]]``."""
        heads = [at for at, line in enumerate(self._lines) if re.match(r"\s*\[\[\s*layer\s*\]\]", line)]
        if number >= len(heads):  # written as an inline array
            return self
        last = heads[number + 1] if number + 1 < len(heads) else len(self._lines)
        return _Place("\n".join(self._lines), self._path, heads[number], last)

    def fault(self, code: str, key: str, **detail: str | float) -> GisError:
        mention = re.compile(rf"""(?<![\w]){re.escape(key)}(?![\w])""")
        lines = range(self._first, self._last)
        line = next((at + 1 for at in lines if mention.search(self._lines[at].split("#")[0])), 0)
        return GisError(code, path=self._path, key=key, line=line, **detail)

    def known(self, table: Mapping[str, Any], keys: Iterable[str]) -> None:
        for key in table:
            if key not in keys:
                raise self.fault("mapping_key_unknown", key, known=", ".join(sorted(keys)))

    def table(self, table: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._typed(table, key, dict, {}, "table")
        return found

    def text(self, table: Mapping[str, Any], key: str, needed: bool = False) -> str:
        if needed and key not in table:
            raise self.fault("mapping_key_missing", key)
        found: str = self._typed(table, key, str, "", "text")
        return found

    def texts(self, table: Mapping[str, Any], key: str) -> dict[str, str]:
        return {name: self.text(self.table(table, key), name) for name in self.table(table, key)}

    def words(self, table: Mapping[str, Any], key: str) -> tuple[str, ...]:
        """One word or a list of words, numbers and flags as their text."""
        found = table.get(key, [])
        several = found if isinstance(found, list) else [found]
        for word in several:
            if not isinstance(word, str | int | float):
                raise self.fault("mapping_type", key, wanted="text")
        return tuple(cell_text(float(word) if isinstance(word, bool) else word) for word in several)

    def rows(self, table: Mapping[str, Any], key: str) -> dict[str, tuple[str, ...]]:
        wanted = self.table(table, key)
        return {name: self.words(wanted, name) for name in wanted}

    def _typed(self, table: Mapping[str, Any], key: str, kind: type, otherwise: Any, wanted: str) -> Any:
        found = table.get(key, otherwise)
        if not isinstance(found, kind):
            raise self.fault("mapping_type", key, wanted=wanted)
        return found


def _layer_rule(block: object, place: _Place) -> LayerRule:
    if not isinstance(block, dict):
        raise place.fault("mapping_type", "layer", wanted="table")
    place.known(block, _LAYER_KEYS)
    source, target = place.text(block, "source", needed=True), place.text(block, "target", needed=True)
    spec = LAYERS.get(target)
    if spec is None:
        raise place.fault("mapping_layer_unknown", target, known=", ".join(LAYERS))
    columns = place.table(block, "columns")
    features = place.table(block, "features")
    joins = block.get("join", [])
    if not isinstance(joins, list):
        raise place.fault("mapping_type", "join", wanted="[[layer.join]]")
    return LayerRule(
        source=source,
        target=target,
        columns={name: _column_rule(name, columns, spec, place) for name in columns},
        where=place.rows(block, "where"),
        unless=place.rows(block, "unless"),
        features={name: _feature(place.table(features, name), spec, place) for name in features},
        joins=tuple(_join_rule(join, spec, place) for join in joins),
    )


def _spec_of(name: str, spec: LayerSpec, place: _Place) -> ColumnSpec:
    found = spec.columns.get(name)
    if found is None:
        raise place.fault("mapping_column_unknown", name, layer=spec.name, known=", ".join(spec.columns))
    return found


def _column_rule(name: str, columns: Mapping[str, Any], spec: LayerSpec, place: _Place) -> ColumnRule:
    column = _spec_of(name, spec, place)
    written = columns[name]
    if isinstance(written, str):
        return ColumnRule(column=written)
    if not isinstance(written, dict):
        raise place.fault("mapping_type", name, wanted="text or table")
    place.known(written, _COLUMN_KEYS)
    if ("column" in written) == ("value" in written):
        raise place.fault("mapping_key_missing", name, wanted="column or value")
    words = place.texts(written, "words")
    default = place.text(written, "default") if "default" in written else None
    for word in (*words.values(), *([default] if default else [])):
        _check_word(word, column, place)
    unit = place.text(written, "unit")
    if unit:
        _check_unit(unit, name, place)
    return ColumnRule(
        column=place.text(written, "column"),
        value=_constant(name, written.get("value", ""), column, place),
        words=words,
        default=default,
        doubtful=place.words(written, "doubtful"),
        unit=unit,
        null=place.words(written, "null"),
    )


def _constant(name: str, value: object, column: ColumnSpec, place: _Place) -> Word:
    if not isinstance(value, str | int | float | bool):
        raise place.fault("mapping_type", name, wanted="text, number or flag")
    if isinstance(value, str):
        _check_word(value, column, place)
    return value


def _check_word(word: str, column: ColumnSpec, place: _Place) -> None:
    if column.words and word and word not in column.words:
        raise place.fault("mapping_word_unknown", word, known=", ".join(column.words))


def _check_unit(unit: str, name: str, place: _Place) -> None:
    try:
        factor(unit, unit_of(name))
    except ValueError as unknown:
        raise place.fault("mapping_unit_unknown", unit, column=name) from unknown


def _feature(values: Mapping[str, Any], spec: LayerSpec, place: _Place) -> dict[str, Word]:
    return {name: _constant(name, value, _spec_of(name, spec, place), place) for name, value in values.items()}


def _join_rule(join: object, spec: LayerSpec, place: _Place) -> JoinRule:
    if not isinstance(join, dict):
        raise place.fault("mapping_type", "join", wanted="table")
    place.known(join, _JOIN_KEYS)
    take, count = place.texts(join, "take"), place.text(join, "count")
    for name in (*take, *([count] if count else [])):
        _spec_of(name, spec, place)
    if not take and not count:
        raise place.fault("mapping_key_missing", "join", wanted="count or take")
    return JoinRule(
        file=place.text(join, "file", needed=True),
        on=place.text(join, "on", needed=True),
        key=place.text(join, "key", needed=True),
        where=place.rows(join, "where"),
        count=count,
        take=take,
    )
