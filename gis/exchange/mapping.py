"""The mapping: which foreign layer, column and word means which of ours. Written by hand or drafted, as TOML.

::

    [mapping]
    name = "South town"

    [[layer]]
    source = "node"                                # a layer of the files; may be used by several blocks
    target = "valve"                               # one of ours
    where = { kind = ["isolation_valve", "check_valve"], state = 1 }

    [layer.columns]
    id = "node_id"                                 # theirs, taken as it stands
    dn_mm = { column = "size", unit = "inch" }     # converted
    normal = { value = "open" }                    # the same for every feature
    kind = { column = "kind", words = { isolation_valve = "isolation", check_valve = "isolation" }, default = "other" }
    landmark = { column = "place", null = ["-", "?"] }

    [layer.features.1092]                          # what is known of one feature
    toward_pipe_id = "2037"

    [[layer]]
    source = "connec"
    target = "customer"
    columns = { id = "connec_id" }

    [[layer.join]]                                 # a table beside: meters, accounts
    file = "meters.csv"
    on = "customer_code"                           # their column in the layer
    key = "customer_code"                          # column in the table
    count = "households"                           # ours: how many rows match
    take = { phone = "telephone" }                 # ours = theirs, of the first match
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gis.layers import LAYERS, LayerSpec

Word = str | int | float | bool


@dataclass(frozen=True)
class ColumnRule:
    """How one of our columns is filled.

    Attributes:
        column: Their column; empty for a constant.
        value: The constant.
        words: Their word to ours; a word that is not in it stays as it is, or becomes *default*.
        default: For words that *words* does not list (not for nulls); None to leave them.
        doubtful: Words whose meaning in *words* was guessed: the import reports how many features hang on them.
        unit: Theirs; "" when it is the one that our column's name ends in.
        null: Words that mean "not recorded".
    """

    column: str = ""
    value: Word = ""
    words: Mapping[str, str] = field(default_factory=dict)
    default: str | None = None
    doubtful: tuple[str, ...] = ()
    unit: str = ""
    null: tuple[str, ...] = ()


@dataclass(frozen=True)
class JoinRule:
    """A table beside the layer.

    Attributes:
        file: CSV, beside the mapping file or beside a source.
        on, key: Their column in the layer, and the column of the table that must equal it.
        where: Rows of the table that count, as in :class:`LayerRule`.
        count: Our column that takes the number of matching rows; "" for none.
        take: Our column to theirs, of the first matching row.
    """

    file: str
    on: str
    key: str
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    count: str = ""
    take: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class LayerRule:
    """One of their layers, or some of its rows, as one of ours.

    Attributes:
        where: Rows taken: each column's word is one of these. ``unless``: rows not taken.
        features: For one feature (by our id), our columns to the values to be set.
    """

    source: str
    target: str
    columns: Mapping[str, ColumnRule]
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unless: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    features: Mapping[str, Mapping[str, Word]] = field(default_factory=dict)
    joins: tuple[JoinRule, ...] = ()


@dataclass(frozen=True)
class ImportMapping:
    """All rules of one import.

    Attributes:
        name: What the city is called on screen; may be empty.
    """

    rules: tuple[LayerRule, ...]
    name: str = ""


def natural_rule(source: str, columns: Mapping[str, object], shapefile: bool) -> LayerRule | None:
    """The rule for a layer that already bears one of our names; None for any other.

    Names match in any case. A shapefile cuts column names to ten characters; these are recognised.
    """
    spec = LAYERS.get(source.lower())
    if spec is None:
        return None
    ours = {name: _theirs(name, spec, columns, shapefile) for name in spec.columns}
    return LayerRule(source, spec.name, {name: ColumnRule(column=theirs) for name, theirs in ours.items() if theirs})


def _theirs(name: str, spec: LayerSpec, columns: Mapping[str, object], shapefile: bool) -> str:
    by_name = {column.lower(): column for column in columns}
    if name in by_name or not shapefile:
        return by_name.get(name, "")
    cut = name[:10]
    alone = sum(other[:10] == cut for other in spec.columns) == 1
    return by_name.get(cut, "") if alone else ""
