"""What curves and alarms are called: a station's two pressures are never taken for each other."""

import pytest

from app.messages import Words, load_words
from app.telemetry.channels import Channel, Role
from app.telemetry.quantities import Quantity
from app.ui.live.rows import levels_of
from app.ui.live.titles import part_of, short_name, title_of

CITY = "合成演示城"


@pytest.fixture(params=["en", "zh_CN"])
def words(request: pytest.FixtureRequest) -> Words:
    return load_words(request.param)


def channel(identity: str, quantity: Quantity, station: str = "B1", role: Role = Role.NONE) -> Channel:
    return Channel(identity, f"{CITY}第一加压站", quantity, "", station_id=station, role=role)


def test_the_city_s_name_is_left_out_of_its_own_desk() -> None:
    assert short_name("合成演示城第一水厂", CITY) == "第一水厂"
    assert short_name("合成演示城", CITY) == "合成演示城"
    assert short_name("富门新苑二次供水泵房", CITY) == "富门新苑二次供水泵房"


def test_curves_of_one_station_have_different_names(words: Words) -> None:
    of_one = (
        channel("PI-B1", Quantity.PRESSURE),
        channel("PO-B1", Quantity.PRESSURE),
        channel("LT-1", Quantity.LEVEL, role=Role.CLEAR_WATER),
        channel("LT-2", Quantity.LEVEL, role=Role.TANK),
        *(channel(f"X-{one}", one) for one in Quantity if one is not Quantity.PRESSURE),
    )
    titles = [title_of(words, one, CITY) for one in of_one]
    assert len(set(titles)) == len(titles)
    assert all(title.startswith("第一加压站 · ") for title in titles)


def test_a_logger_on_a_main_has_its_own_name_and_other_quantities_say_what_they_are() -> None:
    words = load_words("en")
    assert title_of(words, Channel("PT-1", "P02465 DN200", Quantity.PRESSURE, "MPa"), CITY) == "P02465 DN200"
    assert title_of(words, Channel("PT-1", "", Quantity.PRESSURE, "MPa"), CITY) == "PT-1"
    assert title_of(words, Channel("FD-D0059-1", "D0059 1", Quantity.FLOW, "m3/h"), CITY) == "D0059 1 · Flow"


def test_alarms_say_which_of_a_station_s_pressures_or_levels_they_watch(words: Words) -> None:
    found = [
        part_of(channel("PI-B1", Quantity.PRESSURE)),
        part_of(channel("PO-B1", Quantity.PRESSURE)),
        part_of(channel("LT-1", Quantity.LEVEL, role=Role.CLEAR_WATER)),
        part_of(channel("LT-2", Quantity.LEVEL, role=Role.TANK)),
    ]
    assert found == ["inlet", "outlet", "clear_water", "tank"]
    assert len({words.say("part", one) for one in found}) == len(found)
    assert part_of(channel("LT-3", Quantity.LEVEL)) == ""
    assert part_of(channel("PT-1", Quantity.PRESSURE, station="")) == ""


def test_numbers_of_states_are_words_and_those_of_measured_quantities_are_not(words: Words) -> None:
    for quantity, count in ((Quantity.STATE, 2), (Quantity.POWER_FEED, 3), (Quantity.PRESSURE, 0)):
        levels = levels_of(words, quantity)
        assert [at for at, _ in levels] == list(range(count))
        assert len({text for _, text in levels}) == count
