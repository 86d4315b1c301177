"""What is typed of an alarm, and what is said where it cannot be."""

from dataclasses import replace

import pytest
from demo_town import CHANNELS, LIMITS, MINUTE, NOW
from hypothesis import given
from hypothesis import strategies as st

from app.messages import LANGUAGES, load_words
from app.telemetry.alarm_events import AlarmEvent, Deed
from app.telemetry.alarms import NOBODY, Limit, Side
from app.telemetry.quantities import Quantity
from app.telemetry.setup_watch import NOTE_PARTS, limit_note
from app.ui.live.deed_words import TOLD, deed_words, last_deeds
from app.ui.live.limit_typed import Typed, Wrong, limit_of, note_words, typed_of

WAS = replace(LIMITS.records[1], off_delay_ms=60_000, re_alarm_ms=600_000)
PRESSURE = CHANNELS.records[1]
TAKEN = {one.id for one in LIMITS.records}


def read(typed: Typed, was: Limit | None = WAS) -> Limit | Wrong:
    return limit_of(typed, PRESSURE, 1, was, TAKEN)


def test_what_nobody_touched_stays_what_it_is_however_it_is_rounded() -> None:
    assert read(typed_of(WAS, Quantity.PRESSURE)) == WAS
    odd = replace(WAS, limit=26.00371, deadband=0.4987)
    assert read(typed_of(odd, Quantity.PRESSURE), odd) == odd


@given(
    st.floats(-15.0, 400.0), st.floats(0.0, 100.0), st.integers(0, 86_400), st.integers(0, 86_400), st.integers(1, 4),
    st.sampled_from(Side), st.booleans(), st.integers(0, 10_080),
)  # fmt: skip
def test_every_alarm_reads_back_as_it_stands(
    level: float, deadband: float, on_s: int, off_s: int, priority: int, side: Side, latches: bool, again_min: int
) -> None:
    is_silent = side is Side.SILENT
    limit = Limit(
        "PT-0001 low", 1, side, 0.0 if is_silent else level, 0.0 if is_silent else deadband, on_s * 1000,
        off_s * 1000, priority, latches, NOBODY, again_min * 60_000,
    )  # fmt: skip
    assert read(typed_of(limit, Quantity.PRESSURE), limit) == limit


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("level", "", "no_number"),
        ("level", "0,3 MPa", "no_number"),
        ("level", "nan", "no_number"),
        ("level", "9", "beyond"),
        ("deadband", "-0.1", "beyond"),
        ("on_s", "-1", "beyond"),
        ("on_s", "86401", "beyond"),
        ("off_s", "x", "no_number"),
        ("again_min", "10081", "beyond"),
    ],
)
def test_what_cannot_be_is_told_at_its_field(field: str, text: str, code: str) -> None:
    wrong = read(replace(typed_of(WAS, Quantity.PRESSURE), **{field: text}))
    assert isinstance(wrong, Wrong)
    assert (wrong.field, wrong.code) == (field, code)
    for language in LANGUAGES:
        said = load_words(language).say("limit_wrong", wrong.code, wrong.detail)
        assert wrong.detail["unit"] in said
        assert "{" not in said


@pytest.mark.parametrize(
    ("name", "code"),
    [("  ", "name_missing"), ("x" * 61, "name_long"), ("a\nb", "name_long"), ("PT-0002 low", "name_taken")],
)
def test_a_new_alarm_needs_a_name_of_its_own(name: str, code: str) -> None:
    wrong = read(Typed(name=name, level="0.3"), None)
    assert isinstance(wrong, Wrong)
    assert (wrong.field, wrong.code) == ("name", code)
    load_words("en").say("limit_wrong", wrong.code, wrong.detail)


def test_a_new_alarm_is_what_was_typed() -> None:
    typed = Typed(" PT-0001 night ", "high", "0,5", "0.01", "20", "40", "2", latches=True, again_min="10")
    made = read(typed, None)
    assert isinstance(made, Limit)
    assert (made.id, made.channel, made.side, made.unless) == ("PT-0001 night", 1, Side.HIGH, NOBODY)
    assert (made.limit, made.deadband) == (pytest.approx(50.99, abs=0.01), pytest.approx(1.02, abs=0.01))
    assert (made.on_delay_ms, made.off_delay_ms, made.priority, made.latches) == (20_000, 40_000, 2, True)
    assert made.re_alarm_ms == 600_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_did_something_last_is_said_with_when_and_why(language: str) -> None:
    words, day_ms = load_words(language), 86_400_000
    assert set(words.sections["alarm_deed"]) == {*TOLD, "said"}
    events = [
        AlarmEvent(NOW - 2 * MINUTE, "A", Deed.RAISED),
        AlarmEvent(NOW - MINUTE, "A", Deed.ACKNOWLEDGED, "王敏", "done_at 2026-03-12 10:02 · 已派人"),
        AlarmEvent(NOW, "A", Deed.CLEARED),
        AlarmEvent(NOW - day_ms, "B", Deed.LIMIT, "李伟", "26 → 15.3"),
        AlarmEvent(NOW, "PT-1", Deed.SEEN_TO, "李伟", "已校准"),
    ]
    last = last_deeds(events)
    assert set(last) == {"A", "B"}
    seen, limit = (deed_words(words, last[name], Quantity.PRESSURE, NOW) for name in "AB")
    late = words.say("limit_part", "done_at")
    assert {"en": f"Acknowledged by 王敏, 14:31: {late} 2026-03-12 10:02 · 已派人"}.get(language, seen) == seen
    assert {"zh_CN": f"王敏 14:31 确认：{late} 2026-03-12 10:02 · 已派人"}.get(language, seen) == seen
    assert "03-11 14:32" in limit
    assert "0.255 → 0.150 MPa" in limit


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_written_down_is_read_in_words_and_units(language: str) -> None:
    words = load_words(language)
    note = limit_note(WAS, replace(WAS, limit=15.3, side=Side.HIGH, on_delay_ms=20_000), "夏季")
    said = note_words(words, note, Quantity.PRESSURE)
    assert "0.255 → 0.150 MPa" in said
    assert said.endswith("夏季")
    assert "on_delay" not in said
    assert words.say("limit_side", "high") in said
    assert note_words(words, "抢03 已到场", Quantity.PRESSURE) == "抢03 已到场"
    for code, figures in (
        ("overruled", "15.3"),
        ("not_here", "PT-9"),
        ("first_here", "1"),
        ("done_at", "2026-03-12 10:02"),
    ):
        told = note_words(words, f"{code} {figures} · 夏季", Quantity.PRESSURE)
        shown = "0.150 MPa" if code == "overruled" else figures
        assert told == f"{words.say('limit_part', code)} {shown} · 夏季"
    assert set(words.sections["limit_part"]) == set(NOTE_PARTS)
    assert set(words.sections["limit_side"]) == set(Side)
