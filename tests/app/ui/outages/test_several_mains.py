"""One outage of several mains that lie apart: picked one after the other, planned, written, found again."""

from desk_hands import CTRL
from outage_hands import OutageHands
from PySide6.QtCore import Qt

from app.messages.describe import Thing
from app.operations.water_points import target_from
from network.answers import PipesTarget

SHIFT = Qt.KeyboardModifier.ShiftModifier
MAINS = ("P-H0-1", "P-H3-3")


def gather(hands: OutageHands, main: str) -> None:
    """Click a main, and press the key."""
    thing = Thing("pipe", hands.desk.row("pipe", main))
    hands.desk.session.pick(thing)
    hands.desk.session.make_plan(thing)
    hands.desk.idle()
    hands.press(Qt.Key.Key_G, CTRL | SHIFT)


def test_one_outage_of_several_mains(hands: OutageHands) -> None:
    room, session = hands.room, hands.desk.session
    hands.press(Qt.Key.Key_G, CTRL | SHIFT)
    assert "Ctrl+Shift+G" in hands.desk.window.status.told.text
    for main in (*MAINS, "P-V4-1", "P-V4-1"):
        gather(hands, main)
    rows = tuple(sorted(hands.desk.row("pipe", main) for main in MAINS))
    assert session.plan.plan.target == PipesTarget(rows), "one that was picked twice is left out"
    hands.press(Qt.Key.Key_N, CTRL)
    assert room.form.place.text() == "多条管段 P-H0-1, P-H3-3 · 应关 4 只阀门 · 停水 12 户"
    hands.fill(start="3-17 22:00", length="6", reason="两处换阀")
    hands.press(Qt.Key.Key_Return)
    hands.desk.until(lambda: room.model.sheet is not None and room.model.planned is not None)
    hands.desk.idle()
    assert "多条管段 P-H0-1, P-H3-3" in hands.list()[0]
    # What the journal holds finds the same plan again, valves and customers.
    assert room.model.planned.subject.target == PipesTarget(rows)
    assert room.model.planned.as_recorded
    assert room.model.row.affected == 12
    assert hands.desk.window.map._instead is not None
    assert target_from(session.city, room.model.row.target) == PipesTarget(rows)
    assert target_from(session.city, {"pipes": ["P-H0-1", "gone"]}) is None
    # Saved, they are let go: the next one begins anew.
    gather(hands, "P-V4-1")
    assert session.plan.plan.target == PipesTarget((hands.desk.row("pipe", "P-V4-1"),))
