"""What each device lets through, row by row (rules: docs/isolation-rules.md, "What each device passes")."""

import numpy as np
import pytest
from small_city import Draft, recorded

from network.assets import Condition, Position
from network.passage import (
    CLOSABLE,
    HOLDS_A,
    HOLDS_B,
    LEAK_AB,
    LEAK_BA,
    RELIED_ON,
    SUPPLY_AB,
    SUPPLY_BA,
    merged_states,
    passage_bits,
)

LEAK, SUPPLY = LEAK_AB | LEAK_BA, SUPPLY_AB | SUPPLY_BA


def bits(kind: str, direction: int = 0, position: str = "OPEN", condition: str = "OPERABLE") -> int:
    draft = Draft().chain("a", "b").device("v", kind, pipe="ab", at=5.0, position=position, condition=condition)
    city = draft.city()
    way = np.array([direction], dtype=np.int8)
    return int(passage_bits(city.network.devices, way, recorded(city), np.array([0]))[0])


@pytest.mark.parametrize("kind", ["ISOLATION", "BOUNDARY"])
@pytest.mark.parametrize(
    ("position", "condition", "expected"),
    [
        ("OPEN", "OPERABLE", LEAK | SUPPLY | CLOSABLE),
        ("OPEN", "UNKNOWN", LEAK | SUPPLY | CLOSABLE),
        ("OPEN", "INOPERABLE", LEAK | SUPPLY),
        ("OPEN", "PASSING", LEAK | SUPPLY),
        ("CLOSED", "OPERABLE", RELIED_ON),
        ("CLOSED", "UNKNOWN", RELIED_ON),
        ("CLOSED", "INOPERABLE", RELIED_ON),
        ("CLOSED", "PASSING", LEAK),
        ("DISPUTED", "OPERABLE", LEAK | CLOSABLE),
        ("DISPUTED", "UNKNOWN", LEAK | CLOSABLE),
        ("DISPUTED", "INOPERABLE", LEAK),
        ("DISPUTED", "PASSING", LEAK),
    ],
)
def test_gates(kind: str, position: str, condition: str, expected: int) -> None:
    assert bits(kind, position=position, condition=condition) == expected


@pytest.mark.parametrize("position", ["OPEN", "CLOSED"])
@pytest.mark.parametrize(
    ("kind", "direction", "expected"),
    [
        ("CHECK", 1, LEAK_AB | SUPPLY_AB | HOLDS_A),
        ("CHECK", -1, LEAK_BA | SUPPLY_BA | HOLDS_B),
        ("CHECK", 0, LEAK),
        *((kind, 1, LEAK | SUPPLY_AB) for kind in ("PRV", "PSV", "FCV", "PUMP")),
        *((kind, -1, LEAK | SUPPLY_BA) for kind in ("PRV", "PSV", "FCV", "PUMP")),
        *((kind, 0, LEAK) for kind in ("PRV", "PSV", "FCV", "PUMP")),
    ],
)
def test_one_way_devices(kind: str, direction: int, position: str, expected: int) -> None:
    assert bits(kind, direction, position) == expected


@pytest.mark.parametrize(
    ("conditions", "worst"),
    [
        (("OPERABLE", "UNKNOWN"), Condition.UNKNOWN),
        (("UNKNOWN", "INOPERABLE"), Condition.INOPERABLE),
        (("PASSING", "INOPERABLE"), Condition.PASSING),
        (("OPERABLE", "OPERABLE"), Condition.OPERABLE),
    ],
)
def test_of_duplicates_the_worse_condition_counts(conditions: tuple[str, str], worst: Condition) -> None:
    draft = Draft().chain("a", "b")
    for name, condition in zip("vw", conditions, strict=True):
        draft.device(name, pipe="ab", at=5.0, condition=condition)
    merged = merged_states(recorded(draft.city()), {1: 0})
    assert merged.condition[0] == worst
    assert merged.position[0] == Position.OPEN


def test_duplicates_that_differ_in_position_are_disputed() -> None:
    draft = Draft().chain("a", "b").device("v", pipe="ab", at=5.0).device("w", pipe="ab", at=5.0, position="CLOSED")
    states = recorded(draft.city())
    assert merged_states(states, {1: 0}).position[0] == Position.DISPUTED
    assert states.position[0] == Position.OPEN
    assert merged_states(states, {}) is states
