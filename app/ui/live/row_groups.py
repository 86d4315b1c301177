"""Alarms under one another that belong together: heads in the order of the list, the others below their head. No Qt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from app.telemetry.alarm_events import AlarmEvent
from app.telemetry.alarm_groups import Group, GroupKey, GroupKind, groups_of
from app.telemetry.alarms import AlarmState
from app.telemetry.present import Present
from app.telemetry.setup import Setup
from app.ui.live.rows import AlarmRow, InGroup, kind_of

MOST_OPEN_IN_A_FLOOD: Final = 3
"""In a flood groups with more alarms than this below their head are folded, unless somebody opens them."""
_ALONE: Final = frozenset({AlarmState.SHELVED, AlarmState.OUT_OF_SERVICE})


def in_groups(
    rows: Sequence[AlarmRow], setup: Setup, present: Present, events: Sequence[AlarmEvent]
) -> tuple[AlarmRow, ...]:
    """*rows*, as arranged, with their groups: what stands below a head follows it.

    What is shelved or out of service, and bursts that are proposed, stand alone.
    """
    limits = setup.limits
    listed = np.zeros(len(limits), dtype=np.bool_)
    listed[[row.at for row in rows if _has_company(row)]] = True
    found = groups_of(setup.channels, limits, listed, present.cause, present.raised_ms, events)
    of_alarm = {at: group for group in found for at in group.alarms}
    below: dict[GroupKey, list[AlarmRow]] = {}
    for row in rows:
        group = of_alarm.get(row.at)
        if group is not None:
            below.setdefault(group.key, []).append(row)
    names = {group.key: _name(group, setup) for group in found}
    answer: list[AlarmRow] = []
    for row in rows:
        group = of_alarm.get(row.at)
        if group is None:
            answer.append(row)
        elif group.key in below:
            answer += _told(group, below.pop(group.key), setup, names[group.key])
    return tuple(answer)


def _has_company(row: AlarmRow) -> bool:
    return row.burst is None and row.state not in _ALONE


def _told(group: Group, rows: list[AlarmRow], setup: Setup, name: str) -> list[AlarmRow]:
    """The head and those below it, with what is told of the group."""
    cause = group.key.name if group.key.kind is GroupKind.CAUSE else ""
    head = next((row for row in rows if row.id == cause), rows[0])
    others = [row for row in rows if row is not head]
    unseen = sum(row.is_unseen for row in others)
    channel = setup.channels.records[setup.limits.records[group.first.alarm].channel]
    first_name, first_what = channel.name or channel.id, _what(setup, group.first.alarm)
    explains = next((at for at, one in enumerate(setup.limits.records) if one.id == cause), -1)
    what = "" if explains < 0 else _what(setup, explains)

    def place(row: AlarmRow, count: int, of_them: int) -> AlarmRow:
        is_first = row.at == group.first.alarm
        began_ms = group.first.began_ms
        told = InGroup(group.key, name, row is head, is_first, count, of_them, first_name, began_ms, what, first_what)
        return replace(row, group=told)

    return [place(head, len(others), unseen), *(place(row, 0, 0) for row in others)]


def _what(setup: Setup, alarm: int) -> str:
    limit = setup.limits.records[alarm]
    return kind_of(setup.channels.records[limit.channel].quantity, limit.side)


def _name(group: Group, setup: Setup) -> str:
    """What a group is called: a station by the name of its instruments, a cause by its station; else by its id."""
    records = setup.channels.records
    if group.key.kind in {GroupKind.CAUSE, GroupKind.STATION}:
        cause = next((one for one in setup.limits.records if one.id == group.key.name), None)
        first = records[setup.limits.records[group.alarms[0]].channel if cause is None else cause.channel]
        return first.name or first.station_id or first.id
    return group.key.name


def shown_rows(
    rows: Iterable[AlarmRow], opened: Mapping[GroupKey, bool], selected: str, *, is_flood: bool
) -> tuple[AlarmRow, ...]:
    """Those of *rows* that are listed: not what is folded under its head.

    The alarm in front and unseen ones of the first priority are never folded away.

    Args:
        rows: As from :func:`in_groups`.
        opened: Groups that somebody opened or closed.
        selected: Id of the alarm in front.
        is_flood: More come than one person can take in.
    """
    found: list[AlarmRow] = []
    open_keys: dict[GroupKey, bool] = {}
    for row in rows:
        group = row.group
        if group is not None and group.is_head:
            is_usual = not (is_flood and group.below > MOST_OPEN_IN_A_FLOOD) and group.key.kind is not GroupKind.CAUSE
            open_keys[group.key] = opened.get(group.key, is_usual)
        if group is None or group.is_head or open_keys[group.key] or row.id == selected or _must_be_seen(row):
            found.append(row)
    return tuple(found)


def _must_be_seen(row: AlarmRow) -> bool:
    return row.priority == 1 and row.is_unseen
