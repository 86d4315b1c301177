"""A body that is not what its kind promises is neither written nor read, whoever wrote it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import pytest

from app.errors import AppError
from app.journal.bodies import (
    Bodies,
    Check,
    are_names,
    are_texts,
    are_values,
    is_count,
    is_flag,
    is_key,
    is_name,
    is_number,
    one_of,
    or_none,
)
from app.journal.events import Event, key_from


class Kind(StrEnum):
    BORED = "well.bored"
    NAMED = "well.named"


class Soil(StrEnum):
    LOAM = "loam"
    ROCK = "rock"


BODIES = Bodies(
    {
        Kind.BORED: ({"depth_m": is_number, "soil": one_of(Soil), "after": or_none(is_key)}, ("depth_m",)),
        Kind.NAMED: ({"name": is_name}, ("name",)),
    }
)
GOOD = {"depth_m": 12.5, "soil": "loam", "after": None}


def event(body: Mapping[str, Any], kind: str = Kind.BORED, version: int = 1, hub_seq: int | None = None) -> Event:
    return Event("d", 3, 0, "h", 7, "ann", "night", kind, version, "well/1", json.dumps(body), "", "", hub_seq)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "depth_m"),
        ({"depth_m": "deep"}, "depth_m"),
        ({"depth_m": 3, "soil": "clay"}, "soil"),
        ({"depth_m": 3, "after": ["d"]}, "after"),
        ({"depth_m": 3, "owner": "Ann"}, "owner"),
    ],
)
def test_a_wrong_body_is_refused_by_the_name_of_its_field_and_set_aside_when_read(
    body: dict[str, Any], field: str
) -> None:
    assert BODIES.wrong_in(Kind.BORED, body) == field
    with pytest.raises(AppError) as refused:
        BODIES.drafted(Kind.BORED, "well/1", body)
    assert refused.value.code == "dispatch.body"
    assert refused.value.detail == {"kind": Kind.BORED, "field": field}
    assert BODIES.entry_of(event(body)) is None


@pytest.mark.parametrize("far_ms", [10**15, -(10**15), 2**62, 1e308])
def test_no_body_speaks_of_times_that_no_calendar_knows(far_ms: float) -> None:
    bodies = Bodies({Kind.BORED: ({"until_ms": is_number, "values": are_values}, ()), Kind.NAMED: ({}, ())})
    assert bodies.wrong_in(Kind.BORED, {"until_ms": 0, "values": {"at_ms": 1, "depth_m": far_ms}}) is None
    assert bodies.wrong_in(Kind.BORED, {"until_ms": far_ms}) == "until_ms"
    assert bodies.wrong_in(Kind.BORED, {"values": {"at_ms": far_ms}}) == "values"


def test_what_is_written_is_read_back_with_who_said_it_and_when() -> None:
    draft = BODIES.drafted(Kind.BORED, "well/1", GOOD, {"note": " by hand\n", "reason": "  "}, 7)
    assert (draft.kind, draft.entity, draft.body, draft.eff_at_ms) == (Kind.BORED, "well/1", GOOD, 7)
    assert draft.texts == {"note": "by hand"}
    entry = BODIES.entry_of(event({**GOOD, "texts": {"note": "n1"}}))
    assert entry is not None
    assert (entry.key, entry.kind, entry.entity, entry.eff_at_ms) == (("d", 3), Kind.BORED, "well/1", 7)
    assert (entry.actor, entry.role, entry.facts, entry.texts) == ("ann", "night", GOOD, {"note": "n1"})


def test_other_kinds_later_versions_and_texts_that_are_none_are_set_aside() -> None:
    assert BODIES.entry_of(event(GOOD, kind="well.filled")) is None
    assert BODIES.entry_of(event(GOOD, version=2)) is None
    assert BODIES.entry_of(event({**GOOD, "texts": ["n1"]})) is None
    assert BODIES.entry_of(event({**GOOD, "texts": {"note": 1}})) is None


def test_entries_hold_in_the_hubs_order_and_what_is_pending_comes_after() -> None:
    entries = [BODIES.entry_of(event(GOOD, hub_seq=number)) for number in (None, 9, 2)]
    ranks = sorted(entry.rank for entry in entries if entry is not None)
    assert [rank[0] for rank in ranks] == [2, 9, float("inf")]


@pytest.mark.parametrize(
    ("check", "right", "wrong"),
    [
        (is_flag, (True, False), (0, 1, None, "true")),
        (is_count, (0, -3, 10**12), (True, 1.0, "1", None)),
        (is_number, (0, -0.5, 3), (True, float("nan"), float("inf"), "3", None)),
        (is_name, ("a", "泉" * 200), ("", "泉" * 201, 3, None)),
        (is_key, (["d", 1], ("d", 2)), (["d", 0], ["d"], ["d", "1"], [1, 1], "d1", None)),
        (or_none(is_key), (["d", 1], None), (["d", 0], "")),
        (one_of(Soil), ("loam", Soil.ROCK), ("clay", "", None, ["loam"])),
        (one_of(("a", "b")), ("a",), ("c", 1)),
        (are_names, ([], ["a", "b"], ("a",)), (["a", ""], "ab", {"a": 1}, None)),
        (are_texts, ({}, {"note": ""}), ({"note": 1}, {1: "note"}, ["note"], None)),
        (are_values, ({}, {"a": "", "b": True, "c": 1.5}), ({"a": None}, {"a": float("nan")}, {1: "a"}, [], None)),
    ],
)
def test_checks_take_what_they_promise_and_nothing_else(
    check: Check, right: tuple[Any, ...], wrong: tuple[Any, ...]
) -> None:
    assert [value for value in right if not check(value)] == []
    assert [value for value in wrong if check(value)] == []


def test_an_events_key_is_the_same_from_json_and_none_where_none_is_named() -> None:
    assert key_from(["d", 3]) == key_from(("d", 3)) == ("d", 3)
    assert key_from(None) is None
