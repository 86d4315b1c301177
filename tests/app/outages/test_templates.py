"""Notices by template: what is empty is left out, what is wrong is refused with its place."""

from pathlib import Path

import pytest

from app.errors import AppError
from app.outages.templates import NoticeForm, NoticeKind, read_templates, standard_templates

VALUES = {
    "title": "银杏路改造",
    "start": "2026年12月1日 周二 22:00",
    "end": "2026年12月2日 周三 04:00",
    "window": "2026年12月1日（周二）22:00至12月2日（周三）04:00",
    "duration": "6小时",
    "area": "四至范围：东至甲路",
    "bounds": "东至甲路",
    "reason": "管道改造 {end} [x]",
    "households": "12",
    "number": "J1",
}


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_notice_of_the_program_can_be_filled(language: str) -> None:
    templates = standard_templates(language)
    for kind in NoticeKind:
        for form in NoticeForm:
            text = templates.filled(kind, form, VALUES)
            assert VALUES["bounds"] in text or (kind, form) == (NoticeKind.CALLED_OFF, NoticeForm.SMS)
            # Braces in an operator's words are words.
            assert text.count("{") == text.count("{end} [x]")


def test_a_part_without_its_value_is_left_out() -> None:
    templates = standard_templates("zh_CN")
    assert "临时供水" not in templates.filled(NoticeKind.PLANNED, NoticeForm.WEB, VALUES)
    told = templates.filled(NoticeKind.PLANNED, NoticeForm.WEB, {**VALUES, "supply": "洪家楼消火栓取水"})
    assert "临时供水：洪家楼消火栓取水。" in told


GOOD = """[planned]
web = "{start} {end} {area}"
sms = "{start} {end} {bounds}"
[restored]
web = "{area}"
sms = "{bounds}"
"""
WRONG = [
    (GOOD.replace("{area}", "{aera}", 1), "notice.wrong", "planned.web", "{aera}"),
    (GOOD.replace("{start} {end} {bounds}", "{start} {bounds}"), "notice.lacks", "planned.sms", "{end}"),
    (GOOD.replace("{start} {end} {bounds}", "{bounds}"), "notice.lacks", "planned.sms", "{window}"),
    (GOOD.replace("{start} {end} {bounds}", "{start} [{end}] {bounds}"), "notice.lacks", "planned.sms", "{end}"),
    (GOOD.replace('sms = "{bounds}"', 'sms = "back"'), "notice.lacks", "restored.sms", "{area}"),
    (GOOD.replace("{start} {end} {area}", "{start {end} {area}"), "notice.wrong", "planned.web", "{"),
    (GOOD.replace('[restored]\nweb = "{area}"\n', "[restored]\n"), "notice.wrong", "restored.web", ""),
    (GOOD + '[more]\nweb = "x"\n', "notice.wrong", "more", "?"),
    ("[planned", "notice.not_read", None, None),
]


@pytest.mark.parametrize(("text", "code", "notice", "found"), WRONG)
def test_what_is_wrong_is_told_with_its_place(
    text: str, code: str, notice: str | None, found: str | None, tmp_path: Path
) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(AppError) as refused:
        read_templates(path)
    assert refused.value.code == code
    if notice is not None:
        assert refused.value.detail["notice"] == notice
        assert found in {refused.value.detail.get("found"), refused.value.detail.get("value")}


def test_a_good_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(GOOD, encoding="utf-8")
    assert read_templates(path).filled(NoticeKind.RESTORED, NoticeForm.SMS, VALUES) == "东至甲路"
