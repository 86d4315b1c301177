"""Writes, proposals and decisions as JSON values, for snapshots of the journal's state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app.journal.assets import Write, place_from, place_json
from app.journal.causality import Standing
from app.journal.proposals import Decision, Proposed, change_from, change_json
from gis.editing.changes import Place

_WORDS = ("valve", "position", "condition", "origin", "why")


def assets_json(
    assets: Mapping[str, Iterable[Write]],
    proposed: Mapping[str, Iterable[Proposed]],
    decided: Mapping[str, Iterable[Decision]],
) -> dict[str, Any]:
    """All of it as JSON values."""
    return {
        "assets": {entity: [_write(one) for one in some] for entity, some in assets.items()},
        "proposed": {name: [_proposed(one) for one in some] for name, some in proposed.items()},
        "decided": {name: [_decision(one) for one in some] for name, some in decided.items()},
    }


def assets_from(values: Mapping[str, Any]) -> dict[str, Any]:
    """The three again, by the names of the state's fields."""
    return {
        "assets": {entity: tuple(_write_from(one) for one in some) for entity, some in values["assets"].items()},
        "proposed": {name: tuple(_proposed_from(one) for one in some) for name, some in values["proposed"].items()},
        "decided": {name: tuple(_decision_from(one) for one in some) for name, some in values["decided"].items()},
    }


def _standing(standing: Standing) -> list[Any]:
    return [standing.dev, standing.dev_seq, standing.base, standing.hub_seq]


def _write(one: Write) -> list[Any]:
    values = [[name, ["@", place_json(v)] if isinstance(v, Place) else v] for name, v in one.values]
    return [_standing(one.standing), values, one.edit, one.origin, one.undoes]


def _write_from(told: list[Any]) -> Write:
    standing, values, *words = told
    read = tuple((name, place_from(value[1]) if isinstance(value, list) else value) for name, value in values)
    return Write(Standing(*standing), read, *words)


def _proposed(one: Proposed) -> list[Any]:
    words = {name: getattr(one, name) for name in _WORDS}
    return [_standing(one.standing), one.actor, one.eff_at_ms, [change_json(change) for change in one.changes], words]


def _proposed_from(told: list[Any]) -> Proposed:
    standing, actor, eff_at_ms, changes, words = told
    return Proposed(Standing(*standing), actor, eff_at_ms, tuple(map(change_from, changes)), **words)


def _decision(one: Decision) -> list[Any]:
    return [_standing(one.standing), one.actor, one.accept, one.edit]


def _decision_from(told: list[Any]) -> Decision:
    standing, *rest = told
    return Decision(Standing(*standing), *rest)
