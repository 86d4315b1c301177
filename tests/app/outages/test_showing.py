"""What a revision changed of the one before it."""

from __future__ import annotations

from dataclasses import replace

from outage_stories import Story, at

from app.outages.entries import Effect
from app.outages.showing import Change, changes_of


def test_times_counts_and_valves_are_told_apart() -> None:
    story = Story()
    first = story.plan("2026-03-12 09:00", "2026-03-17 22:00", "2026-03-18 04:00", out=40, on_storage=3)
    story.plan("2026-03-12 10:00", "2026-03-17 23:00", "2026-03-18 04:00", after=first, out=52, on_storage=3, low=7)
    before, after = story.outage().revisions
    before = replace(before, close=("V1", "V2"))
    after = replace(after, close=("V2", "V3", "V4"))
    assert changes_of(before, after) == (
        Change("start", at("2026-03-17 22:00"), at("2026-03-17 23:00")),
        Change("out", 40, 52),
        Change("low", 0, 7),
        Change("closes", 0, 2, ("V3", "V4")),
        Change("leaves", 0, 1, ("V1",)),
    )
    assert changes_of(after, after) == ()
    assert changes_of(after, replace(after, effect=Effect(out=52, on_storage=3, low=7, roads_closed=2))) == ()
