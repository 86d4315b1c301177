"""Edits as JSON, one a line, for scripts: what a line asks for, as changes of features."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from app.errors import AppError
from gis.editing.changes import Change, Place, Value
from gis.editing.forms import Refusal
from gis.editing.snap import snap
from gis.editing.source import LayerSource
from gis.editing.tools import Edit, draw_pipe, move_node, move_onto, put_valve, split_pipe

SNAP_M = 0.5
"""How far the ends of a pipe drawn by a line of JSON are drawn to what is there, unless the line says otherwise."""


def changes_of(text: str, source: LayerSource) -> Edit:
    """The edit that the JSON object *text* asks for (docs/editing.md).

    Raises:
        AppError: ``edit_line_…``: it cannot be read; ``edit_…``: it cannot be made.
    """
    try:
        said = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise AppError("edit_line_not_json", reason=str(error)) from error
    if not isinstance(said, dict) or str(said.get("do")) not in _TOOLS:
        raise AppError("edit_line_unknown", known=", ".join(_TOOLS))
    try:
        made = _TOOLS[said["do"]](said, source)
    except KeyError as error:
        raise AppError("edit_line_lacks", key=str(error.args[0]), do=str(said["do"])) from error
    except (TypeError, ValueError) as error:
        raise AppError("edit_line_values", do=str(said["do"]), reason=str(error)) from error
    if isinstance(made, Refusal):
        raise AppError(made.code, **made.detail)
    return made


def _add(said: Mapping[str, Any], _source: LayerSource) -> Edit:
    place = Place(_line(said["xy"]), str(said.get("from", "")), str(said.get("to", "")))
    return (Change(_text(said, "layer"), _text(said, "id"), "add", place, _fields(said)),)


def _set(said: Mapping[str, Any], _source: LayerSource) -> Edit:
    place = Place(_line(said["xy"]), str(said.get("from", "")), str(said.get("to", ""))) if "xy" in said else None
    return (Change(_text(said, "layer"), _text(said, "id"), "set", place, _fields(said)),)


def _delete(said: Mapping[str, Any], _source: LayerSource) -> Edit:
    return (Change(_text(said, "layer"), _text(said, "id"), "delete"),)


def _split(said: Mapping[str, Any], source: LayerSource) -> Edit | Refusal:
    return split_pipe(source, _text(said, "pipe"), _pair(said["at"]))


def _put_valve(said: Mapping[str, Any], source: LayerSource) -> Edit | Refusal:
    return put_valve(source, _text(said, "id"), _text(said, "pipe"), _pair(said["at"]), _fields(said))


def _move_onto(said: Mapping[str, Any], source: LayerSource) -> Edit | Refusal:
    return move_onto(source, said.get("layer", "valve"), _text(said, "id"), _text(said, "pipe"))


def _move_node(said: Mapping[str, Any], source: LayerSource) -> Edit | Refusal:
    return move_node(source, _text(said, "node"), _pair(said["to"]))


def _draw_pipe(said: Mapping[str, Any], source: LayerSource) -> Edit | Refusal:
    xy, reach_m = _line(said["xy"]), float(said.get("snap_m", SNAP_M))
    if len(xy) < 2:
        raise ValueError(said["xy"])
    ends = [snap(source, *end, reach_m) for end in (xy[0], xy[-1])]
    return draw_pipe(source, _text(said, "id"), ends[0], xy[1:-1], ends[1], _fields(said))


_TOOLS: Mapping[str, Callable[[Mapping[str, Any], LayerSource], Edit | Refusal]] = {
    "add": _add,
    "set": _set,
    "delete": _delete,
    "split": _split,
    "put_valve": _put_valve,
    "move_onto": _move_onto,
    "move_node": _move_node,
    "draw_pipe": _draw_pipe,
}


def _text(said: Mapping[str, Any], key: str) -> str:
    if not isinstance(said[key], str):
        raise TypeError(f"{key}: {said[key]!r}")
    return str(said[key])


def _fields(said: Mapping[str, Any]) -> dict[str, Value]:
    fields = said.get("fields", {})
    if not isinstance(fields, dict):
        raise TypeError(f"fields: {fields!r}")
    return fields


def _pair(value: Any) -> tuple[float, float]:
    x_m, y_m = value
    return float(x_m), float(y_m)


def _line(value: Any) -> tuple[tuple[float, float], ...]:
    return tuple(_pair(xy) for xy in value)
