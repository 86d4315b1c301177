"""What somebody has in hand on the map, as changes of features."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.edit_requests import EditDraft
from app.errors import AppError
from gis.editing.changes import EDITABLE, Change, Place, Value
from gis.editing.forms import Refusal, form_of
from gis.editing.snap import snap
from gis.editing.source import LayerSource
from gis.editing.tools import (
    Edit,
    draw_pipe,
    feature,
    move_node,
    move_onto,
    put_junction,
    put_valve,
    redraw,
    split_pipe,
)


def changes_for(draft: EditDraft, source: LayerSource) -> Edit:
    """The changes that *draft* asks for.

    Raises:
        AppError: ``edit_…``: it cannot be made.
    """
    if draft.layer not in EDITABLE:
        raise AppError("edit_no_such_layer", layer=draft.layer, known=", ".join(EDITABLE))
    made = _TOOLS[draft.do](draft, source)
    if isinstance(made, Refusal):
        raise AppError(made.code, **made.detail)
    return made


def _set(draft: EditDraft, _source: LayerSource) -> Edit:
    return (Change(draft.layer, draft.id, "set", None, dict(draft.fields)),)


def _place(draft: EditDraft, source: LayerSource) -> Edit | Refusal:
    before = feature(source, draft.layer, draft.id)
    if before is None:
        return Refusal("edit_no_such_feature", {"layer": draft.layer, "id": draft.id})
    place = Place(draft.xy_m, before.place.from_node, before.place.to_node)
    return redraw(source, draft.layer, draft.id, place)


def _move_node(draft: EditDraft, source: LayerSource) -> Edit | Refusal:
    return move_node(source, draft.id, draft.xy_m[0])


def _split(draft: EditDraft, source: LayerSource) -> Edit | Refusal:
    return split_pipe(source, draft.id, draft.xy_m[0])


def _put_valve(draft: EditDraft, source: LayerSource) -> Edit | Refusal:
    return put_valve(source, draft.id, draft.pipe, draft.xy_m[0], _recorded(draft.fields))


def _put_junction(draft: EditDraft, source: LayerSource) -> Edit | Refusal:
    return put_junction(source, draft.id, draft.pipe, draft.xy_m[0], _recorded(draft.fields))


def _stand_on(draft: EditDraft, source: LayerSource) -> Edit | Refusal:
    return move_onto(source, draft.layer, draft.id, draft.pipe, draft.xy_m[0])


def _add(draft: EditDraft, _source: LayerSource) -> Edit:
    fields = _recorded(draft.fields)
    if draft.pipe and any(form.name == "pipe_id" for form in form_of(draft.layer)):
        fields = {"pipe_id": draft.pipe, **fields}
    return (Change(draft.layer, draft.id, "add", Place(draft.xy_m), fields),)


def _draw_pipe(draft: EditDraft, source: LayerSource) -> Edit | Refusal:
    if len(draft.xy_m) < 2:
        return Refusal("edit_line_too_short", {"layer": draft.layer})
    ends = [snap(source, *end, draft.snap_m) for end in (draft.xy_m[0], draft.xy_m[-1])]
    return draw_pipe(source, draft.id, ends[0], draft.xy_m[1:-1], ends[1], _recorded(draft.fields))


def _delete(draft: EditDraft, _source: LayerSource) -> Edit:
    return (Change(draft.layer, draft.id, "delete"),)


_TOOLS: Mapping[str, Callable[[EditDraft, LayerSource], Edit | Refusal]] = {
    "set": _set,
    "place": _place,
    "move_node": _move_node,
    "split": _split,
    "put_valve": _put_valve,
    "put_junction": _put_junction,
    "stand_on": _stand_on,
    "add": _add,
    "draw_pipe": _draw_pipe,
    "delete": _delete,
}


def _recorded(fields: Mapping[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in fields.items() if value is not None}
