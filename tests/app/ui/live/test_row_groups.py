"""Alarms below their heads: in which order, under which names, and what is never folded away."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt

from app.messages import load_words
from app.telemetry.alarm_events import AlarmEvent, Deed
from app.telemetry.alarm_groups import GroupKey, GroupKind
from app.telemetry.alarms import NEVER_MS, NOBODY, AlarmState, Limit, Limits, Side
from app.telemetry.channels import Channel, Channels
from app.telemetry.live import Standing
from app.telemetry.present import Present
from app.telemetry.quantities import Quantity
from app.telemetry.setup import Setup
from app.ui.live.alarm_list import AlarmList, group_words
from app.ui.live.row_groups import in_groups, shown_rows
from app.ui.live.rows import AlarmRow, alarm_rows
from app.ui.look import Look

UNSEEN, SEEN, EXPLAINED, SHELVED = (
    AlarmState.UNACKNOWLEDGED,
    AlarmState.ACKNOWLEDGED,
    AlarmState.SUPPRESSED,
    AlarmState.SHELVED,
)
ZONE = GroupKey(GroupKind.ZONE, "D1")
CAUSE = GroupKey(GroupKind.CAUSE, "ST-B1 off")


def a_setup() -> Setup:
    """A booster, a pressure that it explains, and six loggers of one DMA, the last of the first priority."""
    pump = Channel("ST-B1", "东郊加压站", Quantity.STATE, "", station_id="B1")
    points = [Channel(f"PT-{at}", f"P{at}", Quantity.PRESSURE, "MPa", dma_id="D1") for at in range(7)]
    lows = [
        Limit(f"PT-{at} low", at + 1, Side.LOW, 20.0, priority=1 if at == 6 else 2, unless=0 if at == 0 else -1)
        for at in range(7)
    ]
    return Setup(Channels((pump, *points)), Limits((Limit("ST-B1 off", 0, Side.LOW, 0.5, priority=1), *lows)), ())


SETUP = a_setup()


def rows(states: Sequence[AlarmState], raised_ms: Sequence[int], *events: AlarmEvent) -> tuple[AlarmRow, ...]:
    alarms, channels = len(SETUP.limits), len(SETUP.channels)
    raised = np.array([*raised_ms, *[NEVER_MS] * alarms][:alarms])
    known = np.array([*states, *[AlarmState.NORMAL] * alarms][:alarms])
    never = np.full(alarms, NEVER_MS)
    present = Present(
        1,
        100_000,
        np.full(channels, 10.0),
        np.full(channels, Standing.GOOD),
        np.zeros(channels, dtype=np.int64),
        known,
        np.where(known == EXPLAINED, SETUP.limits.unless, NOBODY),
        raised,
        never,
        {},
        1,
        0,
        None,
        {},
        is_flood=False,
        quality=np.zeros(channels, dtype=np.int64),
    )
    return in_groups(alarm_rows(SETUP, present, events), SETUP, present, events)


def ids(found: Sequence[AlarmRow]) -> list[str]:
    return [row.id for row in found]


def test_a_trip_stands_over_what_it_explains_and_folds_it() -> None:
    found = rows([UNSEEN, EXPLAINED, UNSEEN], [5_000, 9_000, 7_000])
    assert ids(found) == ["ST-B1 off", "PT-0 low", "PT-1 low"]
    head, below, lone = found
    assert head.group is not None
    assert (head.group.key, head.group.name, head.group.below) == (CAUSE, "东郊加压站", 1)
    assert (head.group.is_first, head.group.first_name, head.group.first_ms) == (True, "东郊加压站", 5_000)
    assert below.group is not None
    assert not below.group.is_head
    # The station's instruments have one name: which of its alarms is meant stands beside it.
    words = load_words("en")
    assert group_words(words, below.group).startswith("Below “东郊加压站 stopped”, which explains it")
    assert "First came 东郊加压站 stopped, " in group_words(words, below.group)
    assert group_words(words, head.group).startswith("It explains those that stand below it")
    assert "It came first, " in group_words(words, head.group)
    assert lone.group is None
    assert ids(shown_rows(found, {}, "", is_flood=False)) == ["ST-B1 off", "PT-1 low"]
    assert ids(shown_rows(found, {CAUSE: True}, "", is_flood=False)) == ids(found)
    # What is in front stays in sight.
    assert ids(shown_rows(found, {}, "PT-0 low", is_flood=False)) == ids(found)


@pytest.mark.usefixtures("qapp")
def test_what_has_no_room_in_a_row_is_told_where_the_pointer_rests_and_to_who_hears_it() -> None:
    shown = AlarmList(Look(language="en"), lambda: 10_000)
    shown.show_rows(rows([UNSEEN, EXPLAINED, UNSEEN], [5_000, 9_000, 7_000]), "")
    for role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
        told = [shown.model().index(at, 0).data(role) for at in range(3)]
        assert told[0] == "东郊加压站 stopped\nalarm, priority 1 · unacknowledged\nFIRST   1 below it   ST-B1"
        assert told[2].startswith("P1 pressure low\nalarm, priority 2 · unacknowledged\n")
        # What it reads comes before its id: the end has no room in a narrow list.
        assert told[2].endswith("0.098 MPa, limit 0.196   PT-1")


def test_a_zone_has_its_most_pressing_alarm_as_head_and_says_which_came_first() -> None:
    found = rows([AlarmState.NORMAL, SEEN, UNSEEN, UNSEEN], [NEVER_MS, 3_000, 9_000, 7_000])
    assert ids(found) == ["PT-1 low", "PT-2 low", "PT-0 low"]
    group = found[0].group
    assert group is not None
    assert (group.key, group.name, group.below, group.unseen) == (ZONE, "D1", 2, 1)
    assert (group.is_first, group.first_name) == (False, "P0")
    assert [row.group is not None and row.group.is_first for row in found] == [False, False, True]


def test_a_flood_folds_long_groups_but_never_an_unseen_alarm_of_the_first_priority() -> None:
    found = rows([AlarmState.NORMAL, *[UNSEEN] * 7], [NEVER_MS, *range(1_000, 8_000, 1_000)])
    assert ids(found)[0] == "PT-6 low"
    seen_first = rows([AlarmState.NORMAL, *[UNSEEN] * 6, SEEN], [NEVER_MS, *range(1_000, 8_000, 1_000)])
    assert len(shown_rows(found, {}, "", is_flood=False)) == 7
    assert ids(shown_rows(found, {}, "", is_flood=True)) == ["PT-6 low"]
    assert ids(shown_rows(seen_first, {}, "", is_flood=True)) == ["PT-5 low"]
    assert len(shown_rows(found, {ZONE: True}, "", is_flood=True)) == 7
    lower = tuple(
        replace(row, priority=1) if row.id in {"PT-2 low", "PT-6 low"} else replace(row, priority=2) for row in found
    )
    assert ids(shown_rows(lower, {ZONE: False}, "", is_flood=True)) == ["PT-6 low", "PT-2 low"]


def test_an_alarm_of_the_first_priority_that_came_and_went_unseen_is_not_folded_away() -> None:
    gone = AlarmState.RETURNED_UNACKNOWLEDGED
    found = rows([AlarmState.NORMAL, *[UNSEEN] * 6, gone], [NEVER_MS, *range(1_000, 8_000, 1_000)])
    head = found[0].id
    assert head != "PT-6 low"
    assert ids(shown_rows(found, {ZONE: False}, "", is_flood=True)) == [head, "PT-6 low"]


def test_what_is_shelved_stands_alone_and_the_first_is_known_after_it_is_over() -> None:
    raised = AlarmEvent(1_000, "PT-3 low", Deed.RAISED)
    over = AlarmEvent(9_500, "PT-3 low", Deed.CLEARED)
    later = [AlarmEvent(at * 1_000, f"PT-{number} low", Deed.RAISED) for at, number in ((3, 0), (9, 1), (7, 2))]
    found = rows(
        [AlarmState.NORMAL, SHELVED, UNSEEN, UNSEEN],
        [NEVER_MS, 3_000, 9_000, 7_000],
        raised,
        *later,
        over,
    )
    assert ids(found) == ["PT-1 low", "PT-2 low", "PT-0 low"]
    assert found[2].group is None
    assert found[0].group is not None
    assert (found[0].group.below, found[0].group.first_name) == (1, "P3")


@pytest.mark.usefixtures("qapp")
def test_marks_stay_while_one_of_them_is_in_front_and_end_with_it() -> None:
    """What a key acknowledges is what somebody marked; nothing that was in front before."""
    found = rows([AlarmState.NORMAL, *[UNSEEN] * 4], [NEVER_MS, *range(1_000, 5_000, 1_000)])
    shown = AlarmList(Look(language="en"), lambda: 10_000)
    first, second, third, _ = ids(found)
    shown.show_rows(found, first)
    assert ids(shown.picked) == [first]
    shown.selectAll()
    shown.show_rows(found[:3], second)
    assert ids(shown.picked) == [first, second, third]
    shown.setCurrentIndex(shown.model().index(1, 0))
    shown.show_rows(found, second)
    shown.show_rows(found, third)
    assert ids(shown.picked) == [third], "another one came to the front by itself"
    shown.show_rows(found, "")
    assert ids(shown.picked) == [], "Esc: nothing is in front"
