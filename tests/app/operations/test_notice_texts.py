"""Notices of four areas that are hard to name, as residents read them: word by word, in both languages."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from named_ground import grid, ground

from app.messages import load_words
from app.operations.outage_words import notice_values, window_text
from app.outages.templates import NoticeForm, NoticeKind, standard_templates
from gis.area_names import AreaNames, area_names

NOBODY = np.empty((0, 2))
START_MS, HOUR_MS = 1_773_295_200_000, 3_600_000
"""14:00 of 12 March 2026, a Thursday, in China."""


def named(places_m: np.ndarray, *without: str, others: tuple[tuple[float, float], ...] = ()) -> AreaNames:
    everyone = np.concatenate([places_m, np.array(others).reshape(-1, 2)])
    return area_names(ground(without), everyone, np.arange(len(places_m)), NOBODY)


def bounds_of(names: AreaNames, language: str) -> str:
    return values_of(names, language)["bounds"]


def values_of(names: AreaNames, language: str, hours: int = 6) -> dict[str, str]:
    plan = SimpleNamespace(
        start_ms=START_MS,
        end_ms=START_MS + hours * HOUR_MS,
        duration_s=hours * 3600,
        effect=SimpleNamespace(households=1_216, out=100, on_storage=3, low=0),
    )
    words = load_words(language)
    texts = {"title": "J1", "reason": words.say("notice_words", "no_reason")}
    return notice_values("J1", plan, names, texts, words)  # type: ignore[arg-type]  # the four things that are asked


PIECES = np.concatenate([grid(100, 100, 300, 300), grid(1100, 1300, 1400, 1400)])
AREAS = {
    "along a river": (
        named(grid(100, 100, 700, 800), "和平路"),
        "东至解放东路、西至历山路、南至文化路、北至玉符河",
        "to the east by 解放东路, to the west by 历山路, to the south by 文化路, to the north by 玉符河",
    ),
    "at the edge of the city": (
        named(grid(100, 100, 700, 800), "解放东路"),
        "东至供水区边缘、西至历山路、南至文化路、北至和平路",
        (
            "to the east by the edge of the supply area, to the west by 历山路, to the south by 文化路, "
            "to the north by 和平路"
        ),
    ),
    "with unnamed roads": (
        named(grid(-300, 100, 400, 800), "和平路", "文化路", others=((-900.0, 300.0),)),
        "东至桂花巷、西至最西侧停水用户、南至供水区边缘、北至玉符河",
        (
            "to the east by 桂花巷, to the west by the westernmost home without water, "
            "to the south by the edge of the supply area, to the north by 玉符河"
        ),
    ),
    "where a community ends": (
        named(grid(100, 100, 450, 450), "历山路", others=((-400.0, 300.0),)),
        "东至桂花巷、西至泉城花园西侧、南至文化路、北至和平路",
        (
            "to the east by 桂花巷, to the west by the western side of 泉城花园, to the south by 文化路, "
            "to the north by 和平路"
        ),
    ),
    "in two pieces": (
        named(PIECES),
        "（1）东至桂花巷、西至历山路、南至文化路、北至和平路；（2）东至供水区边缘、西至解放东路、南至玉符河、北至供水区边缘",
        (
            "(1) to the east by 桂花巷, to the west by 历山路, to the south by 文化路, to the north by 和平路; "
            "(2) to the east by the edge of the supply area, to the west by 解放东路, to the south by 玉符河, "
            "to the north by the edge of the supply area"
        ),
    ),
}


@pytest.mark.parametrize("area", AREAS)
def test_the_bounds_of_an_area(area: str) -> None:
    names, chinese, english = AREAS[area]
    assert bounds_of(names, "zh_CN") == chinese
    assert bounds_of(names, "en") == english


def test_the_notices_that_people_read() -> None:
    names = AREAS["with unnamed roads"][0]
    told = {
        language: [
            standard_templates(language).filled(kind, form, values_of(names, language)).splitlines()
            for kind in NoticeKind
            for form in NoticeForm
        ]
        for language in ("zh_CN", "en")
    }
    bounds = AREAS["with unnamed roads"][1]
    web, sms, back, back_sms, off, off_sms = told["zh_CN"]
    assert web[0] == "计划停水公告：J1"
    assert web[2] == "因供水管网施工，定于2026年3月12日（周四）14:00至20:00（共6小时）对以下区域停水："
    assert web[3:6] == [f"四至范围：{bounds}", "涉及小区：泉城花园", "影响用户约1216户。"]
    assert sms == [
        f"【停水通知】因供水管网施工，2026年3月12日（周四）14:00至20:00停水，范围：{bounds}。请提前储水。（J1）"
    ]
    assert back[0] == "恢复供水公告：J1"
    assert back_sms == [f"【恢复供水】以下范围已恢复供水：{bounds}。初期如水质浑浊请放水片刻。（J1）"]
    assert off[:3] == [
        "取消停水公告：J1",
        "",
        "原定2026年3月12日（周四）14:00起因供水管网施工停水，现已取消，以下区域届时不停水：",
    ]
    assert off_sms == ["【取消停水】原定2026年3月12日（周四）14:00起因供水管网施工的停水已取消，您处届时不停水。（J1）"]
    bounds = AREAS["with unnamed roads"][2]
    web, sms, back, back_sms, off, off_sms = told["en"]
    assert web[2].startswith(
        "Because of work on the mains, the water will be off from Thu 12 Mar 2026 14:00 to 20:00 (6 h)"
    )
    assert web[3:6] == [f"Bounded {bounds}", "Communities: 泉城花园", "About 1,216 households are affected."]
    assert sms == [
        (
            "Planned outage: because of work on the mains no water from Thu 12 Mar 2026 14:00 to 20:00 in the area "
            f"bounded {bounds}. Please store water. (J1)"
        )
    ]
    assert back_sms[0].startswith(f"Water is back in the area bounded {bounds}. ")
    assert off[0] == "Outage called off: J1"
    assert off_sms == ["Outage called off: there will be no outage from Thu 12 Mar 2026 14:00 at your address. (J1)"]


@pytest.mark.parametrize(
    ("hours", "chinese", "english"),
    [
        (14, "2026年3月12日（周四）14:00至3月13日（周五）04:00", "Thu 12 Mar 2026 14:00 to Fri 13 Mar 04:00"),
        (10, "2026年3月12日（周四）14:00至3月13日（周五）00:00", "Thu 12 Mar 2026 14:00 to Fri 13 Mar 00:00"),
        (
            7_200,
            "2026年3月12日（周四）14:00至2027年1月6日（周三）14:00",
            "Thu 12 Mar 2026 14:00 to Wed 6 Jan 2027 14:00",
        ),
    ],
)
def test_a_window_over_midnight_names_both_days(hours: int, chinese: str, english: str) -> None:
    for language, told in (("zh_CN", chinese), ("en", english)):
        assert window_text(START_MS, START_MS + hours * HOUR_MS, load_words(language)) == told
