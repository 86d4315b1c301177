"""Sentences about edits, in both languages."""

import pytest

from app.edit_requests import EditPreviewed, FieldView, SegmentView, Told
from app.messages import Words, load_words
from app.requests import Failed
from app.ui.editing.words import effect_lines, failed_text, joined, limits_text, preview_lines, value_text

ZH, EN = load_words("zh_CN"), load_words("en")


def segments(*pairs: tuple[int, int]) -> tuple[SegmentView, ...]:
    return tuple(SegmentView(pipes, 100.0 * pipes, out) for pipes, out in pairs)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (EN, ["The segment of 31 mains becomes 19 and 12.",
              "Customers without water for a leak here fall from 90 to 60."]),
        (ZH, ["31 段管的关阀单元变为 19 和 12。", "此处漏水的停水用户由 90 户减为 60 户。"]),
    ],
)  # fmt: skip
def test_a_split_segment_is_told_with_who_loses_water(words: Words, expected: list[str]) -> None:
    shown = EditPreviewed((), (), segments((31, 90)), segments((19, 60), (12, 34)))
    assert effect_lines(words, shown) == expected


def test_what_grows_what_goes_and_what_cannot_be_foretold() -> None:
    grown = effect_lines(EN, EditPreviewed((), (), segments((5, 4), (3, 2)), segments((8, 6)), (2, 1)))
    assert grown[0].startswith("Parts of the network that meet one another nowhere: 2")
    assert grown[1] == "Segments of 5 and 3 mains become 8."
    assert grown[2].endswith("rise from 4 to 6.")
    assert effect_lines(EN, EditPreviewed((), (), segments((5, 4)))) == ["The segment of 5 mains goes away."]
    assert effect_lines(EN, EditPreviewed((), (), (), segments((5, 4)))) == ["A new segment of 5 mains."]
    assert "worked out" in effect_lines(EN, EditPreviewed((), (), settled=False, naming=3))[0]
    assert effect_lines(EN, EditPreviewed((), (), naming=3))[1].startswith("3 other features")


def test_features_are_told_field_by_field_and_many_are_counted() -> None:
    before = Told("pipe", "P1", {"dn_mm": 200.0, "dn_basis": "nominal"}, ((0.0, 0.0), (1.0, 0.0)))
    after = Told("pipe", "P1", {"dn_mm": 300.0, "dn_basis": "outside"}, ((0.0, 0.0), (2.0, 0.0)))
    gone = Told("valve", "V1", {}, ((0.0, 0.0),))
    assert preview_lines(EN, EditPreviewed((before, gone), (after,))) == [
        "pipe P1 · Diameter: 200 → 300",
        "pipe P1 · Diameter is: nominal → outside",
        "pipe P1 · drawn anew",
        "deleted: valve V1",
    ]
    assert preview_lines(EN, EditPreviewed((before, gone), (after,)), 1)[-1] == "and 3 more"


def test_values_limits_and_refusals_are_words_and_readable_numbers() -> None:
    assert value_text(ZH, "valve", "closes", "cw") == ZH.say("turning", "clockwise")
    assert value_text(EN, "valve", "kind", "isolation") == "isolation valve"
    assert value_text(EN, "pipe", "year", 1998) == "1998"
    assert value_text(EN, "customer", "critical", True) == "yes"
    assert limits_text(FieldView("length_m", "real", "m", (), 1e-6, 1e6)).startswith("0 – 1")
    assert limits_text(FieldView("depth_m", "real", "m", (), -30.0, 5.5)) == "−30 – 5.5".replace("5.5", "5.50")
    assert limits_text(FieldView("name", "text")) == ""
    refused = Failed("edit_out_of_range", {"field": "dn_mm", "value": "30000.0", "low": "0.5", "high": "6000"})
    assert "e+" not in failed_text(EN, refused)
    assert failed_text(EN, refused).startswith("Diameter: 30")
    assert joined(EN, ["a", "b", "c"]) == "a, b and c"
