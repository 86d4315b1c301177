"""Faults of imported data, as records: what, where, and what was done about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class FaultKind(StrEnum):
    """Every kind of fault that an import or a check can report. Words are made in app.messages."""

    NEAR_MISS_END = "near_miss_end"
    OVERLAPPING = "overlapping"
    DUPLICATE_FEATURE = "duplicate_feature"
    DUPLICATE_ID = "duplicate_id"
    NULL_ID = "null_id"
    UNKNOWN_REFERENCE = "unknown_reference"
    ID_CONTRADICTS_GEOMETRY = "id_contradicts_geometry"
    VALVE_OFF_PIPE = "valve_off_pipe"
    VALVE_LEG_UNKNOWN = "valve_leg_unknown"
    DUPLICATE_VALVE = "duplicate_valve"
    DIRECTION_UNKNOWN = "direction_unknown"
    SOURCE_OFF_PIPE = "source_off_pipe"
    ZERO_LENGTH = "zero_length"
    MULTIPART = "multipart"
    INVALID_GEOMETRY = "invalid_geometry"
    EMPTY_GEOMETRY = "empty_geometry"
    WRONG_GEOMETRY_TYPE = "wrong_geometry_type"
    GEOMETRY_3D = "geometry_3d"
    OUT_OF_BOUNDS = "out_of_bounds"
    CRS_MISSING = "crs_missing"
    CRS_LYING = "crs_lying"
    SWAPPED_AXES = "swapped_axes"
    ZONE_PREFIX = "zone_prefix"
    GBK_TEXT = "gbk_text"
    MIXED_UNITS = "mixed_units"
    OUTSIDE_AS_NOMINAL = "outside_as_nominal"
    OUTSIDE_DIAMETER = "outside_diameter"
    UNKNOWN_WORD = "unknown_word"
    ISLAND_WITHOUT_SOURCE = "island_without_source"
    ISLAND_ON_TANK = "island_on_tank"
    NO_SOURCE = "no_source"
    UNLINKED_CUSTOMER = "unlinked_customer"
    UNUSED_LAYER = "unused_layer"
    END_ON_MIDDLE = "end_on_middle"
    VALVE_PLACE_AMBIGUOUS = "valve_place_ambiguous"
    VALVES_ASSUMED = "valves_assumed"
    SOURCES_ASSUMED = "sources_assumed"
    CUSTOMERS_FROM_SERVICES = "customers_from_services"
    NOT_RECORDED = "not_recorded"
    TOO_MANY = "too_many"
    UNUSED_ROWS = "unused_rows"
    DOUBTFUL_WORD = "doubtful_word"
    UNREADABLE_NUMBER = "unreadable_number"
    CRS_CHANGED = "crs_changed"
    OUT_OF_RANGE = "out_of_range"
    TRIMMED_TEXT = "trimmed_text"
    UNPRINTABLE_TEXT = "unprintable_text"
    DAMAGED_TEXT = "damaged_text"
    CUT_TEXT = "cut_text"
    LONG_ID = "long_id"
    BINARY_CELL = "binary_cell"
    ROUNDED_NUMBER = "rounded_number"
    NEITHER_YES_NOR_NO = "neither_yes_nor_no"
    WORD_BY_DEFAULT = "word_by_default"
    UNUSED_TABLE_ROWS = "unused_table_rows"
    TABLE_ROWS_DIFFER = "table_rows_differ"
    UNUSED_FILE = "unused_file"
    CONTROLS_LEFT_OUT = "controls_left_out"
    SERVICE_OFF_PIPE = "service_off_pipe"
    SEVERAL_SERVICES = "several_services"
    JUNCTION_OFF_PIPE = "junction_off_pipe"
    ELEVATIONS_DIFFER = "elevations_differ"


class Action(StrEnum):
    """What was done about a fault."""

    REPORTED = "reported"
    REPAIRED = "repaired"
    SKIPPED = "skipped"
    KEPT = "kept"


@dataclass(frozen=True)
class Fault:
    """One fault.

    Attributes:
        layer: Layer it concerns.
        feature: Id of the feature, or "" where it concerns the layer as a whole.
        x_m, y_m: Place in the project CRS, None where it has none.
        action: What was done.
        detail: Parameters for the sentence, such as ``{"distance_m": 0.3, "other": "P12"}``.
    """

    kind: FaultKind
    layer: str
    feature: str = ""
    x_m: float | None = None
    y_m: float | None = None
    action: Action = Action.REPORTED
    detail: Mapping[str, str | float | int] = field(default_factory=dict)
