"""The city of a workspace: what was imported, with what the journal says of features since."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, fields
from typing import Any

from app.journal.assets import asset_of
from app.journal.events import canonical
from app.journal.fold import State
from app.journal.log import Journal
from gis.editing.renode import NETWORK_LAYERS, noded_again, noded_around
from gis.editing.source import Touched
from gis.layers import LayerSet
from gis.noding import NodingOptions
from gis.stores.base import CityStore, FeatureState
from network.topology import City

NODED = "noded"
"""Key, in what the journal says of an import, of how it was noded."""


def noding_json(options: NodingOptions) -> dict[str, Any]:
    """*options* for the journal: what differs from the rule."""
    rule = asdict(NodingOptions())
    return {NODED: {name: value for name, value in asdict(options).items() if value != rule[name]}}


def noded_with(journal: Journal, state: State) -> NodingOptions:
    """How the city was noded: what the last import says, else the rule."""
    known = {one.name for one in fields(NodingOptions)}
    for key in reversed(state.imports):
        event = journal.event(key)
        said = event.facts.get("options", {}).get(NODED) if event is not None else None
        if said is not None:
            return NodingOptions(**{name: value for name, value in said.items() if name in known})
    return NodingOptions()


def edition(revision: str, state: State) -> str:
    """Names the city's arrays: the import, and every edit since. Caches are keyed by it."""
    if not state.assets:
        return revision
    keys = sorted([*write.key, write.standing.hub_seq or 0] for some in state.assets.values() for write in some)
    return f"{revision}-{hashlib.sha256(canonical(keys).encode()).hexdigest()[:16]}"


def ids_by_layer(states: Iterable[FeatureState]) -> dict[str, set[str]]:
    """Ids of features by their layer."""
    found: dict[str, set[str]] = {}
    for state in states:
        found.setdefault(state.layer, set()).add(state.id)
    return found


def edited_city(store: CityStore, state: State, options: NodingOptions) -> City:
    """The city as imported, noded again around every feature that was edited since."""
    base = store.city()
    if not state.assets:
        return base
    ids: dict[str, set[str]] = {}
    for layer, feature in map(asset_of, state.assets):
        ids.setdefault(layer, set()).add(feature)
    return city_after(base, store.touched(ids), store, options)


def city_after(city: City, touched: Touched, store: CityStore, options: NodingOptions) -> City:
    """*city* after what was *touched*: noded again around it, or whole where the surroundings do not settle it."""
    around = noded_around(city, touched, store.source(), options)
    if around is not None:
        return around
    meta, source = store.meta, store.source()
    layers = {name: source.whole(name) for name in NETWORK_LAYERS}
    return noded_again(LayerSet(meta.crs_epsg, layers, meta.name, meta.synthetic), city, options)
