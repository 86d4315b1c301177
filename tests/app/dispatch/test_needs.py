"""What a crew must have for an incident, by kind, diameter and material, and what a card's words are taken for."""

import pytest

from app.dispatch.entries import IncidentKind
from app.dispatch.mains import Family, family_of
from app.dispatch.needs import NEEDS, Asked, Gear, code_and_size, has, needs_of, recorded
from app.messages import LANGUAGES, load_words

EVERYTHING = frozenset(need.code for need in NEEDS)
BURST, STATION = IncidentKind.BURST, IncidentKind.STATION_FAILURE
CLAMP = next(need for need in NEEDS if need.code == "clamp")


@pytest.mark.parametrize(
    ("kind", "dn_mm", "material", "names"),
    [
        (BURST, 600.0, "球墨铸铁", {"repair", "clamp:600", "drainage"}),
        (BURST, 200.0, "灰口铸铁", {"repair", "clamp:200"}),
        (BURST, None, "DIP", {"repair", "clamp"}),
        (IncidentKind.HIDDEN_LEAK, 600.0, "", {"repair", "clamp:600"}),
        (IncidentKind.VISIBLE_LEAK, 600.0, "钢", {"repair", "welding"}),
        (IncidentKind.VISIBLE_LEAK, 1200.0, "预应力钢筒混凝土", {"repair", "clamp:1200"}),
        (IncidentKind.VISIBLE_LEAK, 150.0, "PE100", {"repair", "fusion"}),
        (STATION, None, "", {"electrician", "generator"}),
        (IncidentKind.QUALITY, 300.0, "PE", {"sampling"}),
        (IncidentKind.NO_WATER, 300.0, "钢", set()),
        ("", 600.0, "钢", set()),
    ],
)
def test_what_an_incident_needs(kind: str, dn_mm: float | None, material: str, names: set[str]) -> None:
    assert {one.name for one in needs_of(kind, dn_mm, material, EVERYTHING)} == names
    assert needs_of(kind, dn_mm, material, frozenset()) == (), "nothing is asked for that no card records"


@pytest.mark.parametrize(
    ("word", "fits", "not_fits"),
    [
        ("哈夫节 DN600", 600.0, 500.0),
        ("clamp_600", 616.0, 700.0),
        ("抢修节 DN300-500", 400.0, 600.0),
        ("Repair clamps 2, DN100 to DN200", 150.0, 300.0),
    ],
)
def test_a_clamp_must_be_of_the_mains_size(word: str, fits: float, not_fits: float) -> None:
    assert has(Gear(equipment=(word,)), Asked(CLAMP, fits))
    assert not has(Gear(equipment=(word,)), Asked(CLAMP, not_fits))
    assert has(Gear(equipment=(word,)), Asked(CLAMP)), "the main's size is not known"


def test_a_card_that_says_nothing_refuses_nothing_and_one_that_does_is_believed() -> None:
    asked = Asked(CLAMP, 600.0)
    assert has(Gear(skills=("抢修",)), asked)
    assert has(Gear(equipment=("发电机", "哈夫节")), asked), "without a size it is for any main"
    assert not has(Gear(equipment=("发电机",)), asked)


@pytest.mark.parametrize(
    ("gear", "codes"),
    [
        (Gear(("抢修", "焊接"), ("抢修车", "发电机")), {"repair", "welding", "generator"}),
        (Gear(("leak", "weld"), ("Clamp DN 300", "drainage pump")), {"repair", "welding", "clamp", "drainage"}),
        (Gear(("检漏", "leak detection"), ("听漏仪",)), set()),
        (Gear(("热熔焊机操作", "fusion welding", "电工", "水质采样"), ()), {"fusion", "electrician", "sampling"}),
    ],
)
def test_what_cards_record(gear: Gear, codes: set[str]) -> None:
    assert recorded([Gear(), gear]) == codes


def test_every_need_has_words_and_a_reason_in_both_languages() -> None:
    for language in LANGUAGES:
        words = load_words(language)
        for need in NEEDS:
            name, size = code_and_size(Asked(need, 600.0 if need.sized else None).name)
            assert name == need.code
            assert words.say("crew_need", name, {"dn": size} if size else {})
            assert words.say("crew_need_why", name)


@pytest.mark.parametrize(
    ("material", "family"),
    [
        ("球墨铸铁", Family.IRON),
        ("CI", Family.IRON),
        ("钢衬PE", Family.STEEL),
        ("PCCP", Family.CONCRETE),
        ("聚乙烯", Family.PLASTIC),
        ("锟斤拷", None),
        (" ", None),
    ],
)
def test_materials_are_known_by_the_words_that_cities_use(material: str, family: Family | None) -> None:
    assert family_of(material) is family
