"""Doubts about a network that only its topology shows."""

from small_city import Draft

from network.checks import Doubt, Finding, find_doubts


def doubts(draft: Draft, *kinds: Doubt) -> list[Finding]:
    return [finding for finding in find_doubts(draft.network()) if finding.doubt in kinds]


def test_a_sound_network_has_none() -> None:
    sound = Draft().chain("a", "b", "c").source("plant", node="a").source("tank", "TANK", node="c")
    assert find_doubts(sound.device("v", pipe="ab", at=50.0).network()) == ()


def test_an_empty_network_lacks_a_source() -> None:
    assert find_doubts(Draft().network()) == (Finding(Doubt.NO_SOURCE),)


def test_sources_without_pipes_are_off_the_network_at_most() -> None:
    assert find_doubts(Draft().node("a").source("plant", node="a").network()) == ()


def test_devices_of_any_kind_off_every_pipe_are_named() -> None:
    draft = Draft().chain("a", "b").node("far").device("v").device("w", "AIR").device("x", node="far")
    assert [finding.row for finding in doubts(draft, Doubt.VALVE_OFF_PIPE)] == [0, 1, 2]


def test_unknown_legs_are_named() -> None:
    draft = Draft().pipe("loop", "a", "a").chain("a", "b").device("v", pipe="loop", node="a").device("w", node="a")
    assert [finding.row for finding in doubts(draft, Doubt.VALVE_LEG_UNKNOWN)] == [0, 1]


def test_duplicates_name_the_device_that_stands_for_them() -> None:
    draft = Draft().chain("a", "b").device("w", pipe="ab", at=5.0).device("v", pipe="ab", at=5.0)
    assert doubts(draft, Doubt.DUPLICATE_VALVE) == [Finding(Doubt.DUPLICATE_VALVE, 0, 1)]


def test_one_way_devices_of_unknown_direction_are_named() -> None:
    draft = Draft().chain("a", "b", "c").device("v", "CHECK", pipe="ab", at=5.0)
    draft.device("w", "PRV", pipe="bc", at=5.0, direction=1).device("x", pipe="bc", at=9.0).device("y", "PUMP")
    assert [finding.row for finding in doubts(draft, Doubt.DIRECTION_UNKNOWN)] == [0]


def test_sources_off_every_pipe_are_named() -> None:
    assert doubts(Draft().chain("a", "b").source("s"), Doubt.SOURCE_OFF_PIPE) == [Finding(Doubt.SOURCE_OFF_PIPE, 0)]


def test_a_tank_off_every_pipe_is_no_island() -> None:
    draft = (
        Draft().chain("a", "b").source("plant", node="a").source("lost", "TANK").node("z").source("t", "TANK", node="z")
    )
    assert doubts(draft, Doubt.ISLAND_ON_TANK) == []


def test_islands_are_named_with_their_size() -> None:
    draft = Draft().chain("a", "b").source("plant", node="a").pipe("xy", "x", "y", 10.0).pipe("yz", "y", "z", 30.0)
    draft.device("v", pipe="yz", at=5.0, position="CLOSED").chain("s", "t").source("tank", "TANK", node="t")
    assert find_doubts(draft.network()) == (
        Finding(Doubt.ISLAND_ON_TANK, 1, pipes=1, length_m=100.0),
        Finding(Doubt.ISLAND_WITHOUT_SOURCE, 2, pipes=2, length_m=40.0),
    )
