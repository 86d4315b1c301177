"""What may be written into a feature: each layer's fields with their kinds, units, words and limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from gis.editing.changes import EDITABLE, PLACE_COLUMNS, Change, Feature, Place, Value
from gis.layers import LAYERS, ColumnKind, ColumnSpec
from gis.noding.clean import EARTH_M
from gis.noding.limits import LIMITS

PERSONAL: Mapping[str, tuple[str, ...]] = {"customer": ("name", "address", "phone")}
"""Fields that never go into the journal: they come from the billing system, and must stay erasable."""

OBSERVED: Mapping[str, tuple[str, ...]] = {"valve": ("current", "condition")}
"""Fields that are observed on the spot, not edited: the journal has facts of its own for them."""

_UNITS = {"mm": "mm", "m": "m", "m3": "m³", "m3_d": "m³/d", "m3_h": "m³/h"}
_REQUIRED: Mapping[str, tuple[str, ...]] = {"valve": ("kind",), "source": ("kind",)}
_SHORTEST_M = 0.001


@dataclass(frozen=True)
class FieldForm:
    """One field of a form.

    Attributes:
        unit: As it is written, "" without one.
        words: The words that it may hold; empty where anything goes.
        low, high: Lowest and highest believable number; None without limits.
        required: Whether a feature cannot do without it.
        only_new: Whether it is written once, with a new feature, and observed from then on.
    """

    name: str
    kind: ColumnKind
    unit: str = ""
    words: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    required: bool = False
    only_new: bool = False


@dataclass(frozen=True)
class Refusal:
    """Why an edit cannot be made: a code and its parameters."""

    code: str
    detail: Mapping[str, str | int | float] = field(default_factory=dict)


def form_of(layer: str) -> tuple[FieldForm, ...]:
    """Fields of the layer called *layer*, in the order of its description."""
    hidden = {"id", "assumed", *(PLACE_COLUMNS if layer == "pipe" else ()), *PERSONAL.get(layer, ())}
    return tuple(_field(layer, name, spec) for name, spec in LAYERS[layer].columns.items() if name not in hidden)


def _field(layer: str, name: str, spec: ColumnSpec) -> FieldForm:
    low, high = LIMITS.get(name, (None, None)) if spec.kind in ("real", "integer") else (None, None)
    unit = next((_UNITS[end] for end in sorted(_UNITS, key=len, reverse=True) if name.endswith(f"_{end}")), "")
    required, only_new = name in _REQUIRED.get(layer, ()), name in OBSERVED.get(layer, ())
    return FieldForm(name, spec.kind, unit, spec.words, low, high, required, only_new)


def parsed(form: FieldForm, text: str) -> Value | Refusal:
    """*text* as a value of *form*; empty is "not recorded"."""
    text = text.strip()
    if not text:
        return None
    if form.kind == "flag":
        told = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}.get(text.lower())
        return told if told is not None else Refusal("edit_not_a_flag", {"field": form.name, "value": text})
    if form.kind == "text":
        return text
    try:
        return float(text)
    except ValueError:
        return Refusal("edit_not_a_number", {"field": form.name, "value": text})


def checked(
    change: Change, before: Feature | None, brought: Mapping[str, ColumnKind] | None = None
) -> Change | Refusal:
    """*change* with its values in the layer's own types, or why it cannot be made.

    Args:
        change: What is to happen.
        before: The feature as it stands, None where there is none of that id.
        brought: Columns that the imported file brought along, with their kinds.
    """
    refusal = _refused(change, before)
    if refusal is not None or change.what == "delete":
        return refusal or change
    if change.place is not None:
        refusal = _misplaced(change.layer, change.place)
        if refusal is not None:
            return refusal
    fields: dict[str, Value] = {}
    forms = {name: FieldForm(name, kind) for name, kind in (brought or {}).items()}
    forms |= {form.name: form for form in form_of(change.layer)}
    for name, value in change.fields.items():
        found = _value(change, forms.get(name), name, value)
        if isinstance(found, Refusal):
            return found
        fields[name] = found
    missing = [form.name for form in forms.values() if form.required and _is_missing(form.name, change, fields)]
    if missing:
        return Refusal("edit_field_needed", {"layer": change.layer, "field": missing[0], "id": change.id})
    return replace(change, fields=fields)


def _refused(change: Change, before: Feature | None) -> Refusal | None:
    named: dict[str, str | int | float] = {"layer": change.layer, "id": change.id}
    if change.layer not in EDITABLE:
        return Refusal("edit_no_such_layer", {"layer": change.layer, "known": ", ".join(EDITABLE)})
    if not change.id.strip() or change.id != change.id.strip():
        return Refusal("edit_id_needed", named)
    nothing = change.place is None and not change.fields
    wrong = {
        "edit_id_taken": change.what == "add" and before is not None,
        "edit_place_needed": change.what == "add" and change.place is None,
        "edit_no_such_feature": change.what != "add" and before is None,
        "edit_nothing_said": change.what == "set" and nothing,
    }
    return next((Refusal(code, named) for code, holds in wrong.items() if holds), None)


def _misplaced(layer: str, place: Place) -> Refusal | None:
    xy = np.array(place.xy_m, dtype=np.float64)
    if not np.isfinite(xy).all() or (np.abs(xy) > EARTH_M).any():
        return Refusal("edit_place_impossible", {"layer": layer})
    if LAYERS[layer].geometry == "Point":
        return None if len(xy) == 1 else Refusal("edit_place_not_a_point", {"layer": layer})
    if len(xy) < 2 or float(np.hypot(*np.diff(xy, axis=0).T).sum()) < _SHORTEST_M:
        return Refusal("edit_line_too_short", {"layer": layer})
    return None


def _value(change: Change, form: FieldForm | None, name: str, value: Value) -> Value | Refusal:
    named: dict[str, str | int | float] = {"layer": change.layer, "field": name}
    if name in PERSONAL.get(change.layer, ()):
        return Refusal("edit_personal_field", named)
    if form is None:
        known = ", ".join(one.name for one in form_of(change.layer))
        return Refusal("edit_no_such_field", {**named, "known": known})
    if form.only_new and change.what == "set":
        return Refusal("edit_observed_field", named)
    if value is None or value == "":
        return None
    return _number(form, value) if form.kind in ("real", "integer") else _word(form, value)


def _word(form: FieldForm, value: Value) -> Value | Refusal:
    said: dict[str, str | int | float] = {"field": form.name, "value": str(value)}
    if form.kind == "flag":
        return value if isinstance(value, bool) else Refusal("edit_not_a_flag", said)
    if not isinstance(value, str):
        return Refusal("edit_not_a_text", said)
    if form.words and value not in form.words:
        return Refusal("edit_not_a_word", {**said, "known": ", ".join(form.words)})
    return value


def _number(form: FieldForm, value: Value) -> Value | Refusal:
    said: dict[str, str | int | float] = {"field": form.name, "value": str(value)}
    if isinstance(value, (bool, str)) or value is None or not np.isfinite(value):
        return Refusal("edit_not_a_number", said)
    if form.low is not None and form.high is not None and not form.low <= value <= form.high:
        limits = {"low": f"{form.low:g}", "high": f"{form.high:g}"}
        return Refusal("edit_out_of_range", {**said, **limits})
    if form.kind == "integer":
        return int(value) if float(value).is_integer() else Refusal("edit_not_a_whole_number", said)
    return float(value)


def _is_missing(name: str, change: Change, fields: Mapping[str, Value]) -> bool:
    """Whether *change* leaves a feature without the field *name*: a new one that lacks it, or one that loses it."""
    return fields.get(name) is None if change.what == "add" else name in fields and fields[name] is None
