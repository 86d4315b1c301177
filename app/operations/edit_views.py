"""Features, forms, proposals and mends as the window is told of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from app.edit_requests import XY, FeatureTold, FieldView, ProposalsListed, ProposalView, ProposedChange, Told, ValveSeen
from app.errors import AppError
from app.journal.proposals import Proposal
from app.operations.proposals import waiting
from app.workspace import Workspace, valve_rows
from gis.editing.changes import EDITABLE, Change, Feature, Place, changed
from gis.editing.forms import OBSERVED, form_of
from gis.editing.source import LayerSource
from gis.editing.tools import dependents, feature
from network.assets import Condition, Position
from network.columns import CodedColumn
from network.topology import City

_STEMS: Mapping[str, str] = {
    "pipe": "P-N", "valve": "V-N", "pump": "PU-N", "source": "S-N", "junction": "J-N", "hydrant": "H-N",
    "service": "SV-N", "customer": "C-N", "station": "ST-N", "sensor": "M-N", "road": "R-N",
}  # fmt: skip
_MOST_COMMON = 40


def told(found: Feature) -> Told:
    """*found* as the window is told of it."""
    place = found.place
    return Told(found.layer, found.id, dict(found.fields), place.xy_m, place.from_node, place.to_node)


def feature_of(seen: Told) -> Feature:
    """The feature again."""
    return Feature(seen.layer, seen.id, Place(seen.xy_m, seen.from_node, seen.to_node), dict(seen.fields))


def feature_told(workspace: Workspace, layer: str, name: str) -> FeatureTold:
    """The feature *name* of *layer* with its form; a blank one with a free id where *name* is "".

    Raises:
        AppError: ``edit_no_such_layer``, ``edit_no_such_feature``.
    """
    if layer not in EDITABLE:
        raise AppError("edit_no_such_layer", layer=layer, known=", ".join(EDITABLE))
    source = workspace.store.source()
    form = form_views(workspace.city, layer)
    if not name:
        return FeatureTold(Told(layer, free_number(source, layer)), form, blank=True)
    found = feature(source, layer, name)
    if found is None:
        raise AppError("edit_no_such_feature", layer=layer, id=name)
    return FeatureTold(_as_observed(workspace, told(found)), form, naming=len(dependents(source, layer, name)))


def _as_observed(workspace: Workspace, shown: Told) -> Told:
    """A valve in the state that the journal knows of it."""
    row = valve_rows(workspace.city, [shown.id])[0] if shown.layer == "valve" else -1
    if row < 0:
        return shown
    states = workspace.states
    position = Position(int(states.position[row])).name.lower()
    observed = {"current": position, "condition": Condition(int(states.condition[row])).name.lower()}
    return Told(shown.layer, shown.id, {**shown.fields, **observed}, shown.xy_m)


def free_number(source: LayerSource, layer: str) -> str:
    """An id that no feature of *layer* bears yet."""
    number = 1
    while len(source.having(layer, "id", [f"{_STEMS[layer]}{number}"])):
        number += 1
    return f"{_STEMS[layer]}{number}"


def form_views(city: City, layer: str) -> tuple[FieldView, ...]:
    """The form of *layer*; what *city* writes in a field most often goes along."""
    observed = OBSERVED.get(layer, ())
    return tuple(
        FieldView(
            form.name,
            form.kind,
            form.unit,
            form.words,
            form.low,
            form.high,
            form.required,
            form.name in observed,
            _common(city, layer, form.name),
        )
        for form in form_of(layer)
    )


def _common(city: City, layer: str, name: str) -> tuple[str, ...]:
    pipes, customers = city.network.pipes, city.customers
    columns: Mapping[tuple[str, str], CodedColumn] = {
        ("pipe", "material"): pipes.material,
        ("pipe", "dma_id"): pipes.dma,
        ("customer", "category"): customers.category,
    }
    column = columns.get((layer, name))
    if column is None:
        return ()
    counts = np.bincount(column.codes, minlength=len(column.vocabulary))
    often = [column.vocabulary[int(code)] for code in np.argsort(-counts, kind="stable") if counts[code]]
    return tuple(value for value in often if value)[:_MOST_COMMON]


def proposals_listed(workspace: Workspace, filed: str = "", taken_in: int = 0) -> ProposalsListed:
    """What waits for a decision."""
    source = workspace.store.source()
    views = tuple(_proposal(workspace, source, one) for one in waiting(workspace))
    return ProposalsListed(views, workspace.state.events, filed, taken_in)


def _proposal(workspace: Workspace, source: LayerSource, proposal: Proposal) -> ProposalView:
    made = proposal.made
    changes = tuple(_change(source, change) for change in made.changes)
    observed = ValveSeen(made.valve, made.position, made.condition) if made.valve else None
    why = workspace.journal.text(made.why) if made.why else None
    xy_m = next((_middle(one.xy_m) for one in _placed(changes)), None)
    if xy_m is None and made.valve:
        row = valve_rows(workspace.city, [made.valve])[0]
        devices = workspace.city.network.devices
        xy_m = (float(devices.x_m[row]), float(devices.y_m[row])) if row >= 0 else None
    return ProposalView(proposal.id, made.eff_at_ms, made.actor, made.origin, why or "", changes, observed, xy_m)


def _middle(xy_m: Sequence[XY]) -> XY:
    """Between the two vertices in the middle of a line; of a point, the point."""
    (x, y), (other_x, other_y) = xy_m[(len(xy_m) - 1) // 2], xy_m[len(xy_m) // 2]
    return (x + other_x) / 2.0, (y + other_y) / 2.0


def _placed(changes: Sequence[ProposedChange]) -> list[Told]:
    both = [one for change in changes for one in (change.after, change.before)]
    return [one for one in both if one is not None and one.xy_m]


def _change(source: LayerSource, change: Change) -> ProposedChange:
    before = feature(source, change.layer, change.id)
    after = changed(before, change)
    return ProposedChange(
        change.what,
        change.layer,
        change.id,
        None if before is None else told(before),
        None if after is None else told(after),
    )
