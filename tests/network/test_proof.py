"""Ways that water takes: why a valve must be closed, and why a source must stop."""

from small_city import Draft, Solved, device_ids, solve

from network.answers import AreaTarget, CannotIsolate, CustomerTarget, PipeTarget, SupplyPath, Target
from network.proof import why_close

Way = tuple[str, list[tuple[str, float, float]], list[str]]


def told(found: Solved, path: SupplyPath) -> Way:
    """Source, stretches as (pipe, from, to) and devices, by id."""
    network = found.city.network
    source = network.sources.ids[path.source] if path.source >= 0 else ""
    pipes = network.pipes.ids.take(path.parts.pipe)
    spans = zip(pipes, path.parts.start_m.tolist(), path.parts.end_m.tolist(), strict=True)
    return source, list(spans), device_ids(found.city, path.devices)


def why(draft: Draft, target: Target | str, valve: str) -> Way:
    found = solve(draft, target)
    path = why_close(found.model, found.plan, found.city.network.devices.ids.find(valve))
    assert path is not None
    return told(found, path)


def paths(draft: Draft, target: Target | str) -> list[Way]:
    found = solve(draft, target)
    assert isinstance(found.answer, CannotIsolate)
    return [told(found, path) for path in found.answer.paths]


def street() -> Draft:
    draft = Draft().chain("a", "b", "c", "d").source("plant", node="a")
    return draft.device("v1", pipe="ab", at=50.0).device("v2", pipe="bc", at=50.0)


def test_the_way_runs_from_the_source_to_the_place_of_the_leak() -> None:
    expected = ("plant", [("ab", 0.0, 50.0), ("ab", 50.0, 100.0), ("bc", 0.0, 20.0)], ["v1"])
    assert why(street(), PipeTarget(1, 20.0), "v1") == expected


def test_it_may_run_against_the_direction_of_drawing() -> None:
    draft = Draft().pipe("p", "b", "a").pipe("q", "c", "b").source("plant", node="a").device("v", pipe="p", at=30.0)
    assert why(draft, PipeTarget(1, 60.0), "v") == (
        "plant",
        [("p", 30.0, 100.0), ("p", 0.0, 30.0), ("q", 60.0, 100.0)],
        ["v"],
    )


def test_it_crosses_stuck_valves_inside_the_region() -> None:
    draft = street().device("v3", pipe="cd", node="c", condition="INOPERABLE")
    assert why(draft, "d", "v2")[2] == ["v1", "v2", "v3"]


def test_it_takes_the_shorter_way_round() -> None:
    draft = Draft().pipe("ab", "a", "b").pipe("long", "b", "c", 300.0).pipe("short", "b", "c", 50.0)
    draft.source("plant", node="a").device("v", pipe="ab", at=50.0)
    assert why(draft, "c", "v")[1] == [("ab", 0.0, 50.0), ("ab", 50.0, 100.0), ("short", 0.0, 50.0)]


def test_it_crosses_devices_between_two_legs() -> None:
    draft = Draft().chain("a", "b", "c").source("plant", node="a")
    draft.device("v", node="b").device("x", "PRV", node="b", toward="bc").device("w", pipe="bc", at=50.0)
    draft.source("other", node="c")
    assert why(draft, PipeTarget(1, 40.0), "w") == ("other", [("bc", 50.0, 100.0), ("bc", 40.0, 50.0)], ["w"])
    assert why(draft, PipeTarget(1, 40.0), "v") == ("plant", [("ab", 0.0, 100.0), ("bc", 0.0, 40.0)], ["v", "x"])


def test_it_comes_to_a_pipe_s_end_from_beyond_the_valve_that_stands_there() -> None:
    draft = Draft().chain("a", "b", "c").source("plant", node="a").source("other", node="c")
    draft.device("near", pipe="ab", node="b").device("between", node="b").device("far", pipe="bc", node="b")
    draft.device("v", pipe="ab", at=50.0)
    assert why(draft, PipeTarget(0, 100.0), "far") == ("other", [("bc", 0.0, 100.0)], ["far"])
    assert why(draft, PipeTarget(0, 100.0), "v") == ("plant", [("ab", 0.0, 50.0), ("ab", 50.0, 100.0)], ["v"])


def test_it_runs_through_a_tank_in_transit() -> None:
    draft = Draft().chain("a", "b", "c").source("plant", node="a").source("tank", "TANK", node="b")
    draft.device("v", pipe="bc", at=50.0)
    assert why(draft, "c", "v") == ("plant", [("ab", 0.0, 100.0), ("bc", 0.0, 50.0), ("bc", 50.0, 100.0)], ["v"])


def test_it_begins_at_a_tank_where_only_storage_is_left() -> None:
    draft = Draft().chain("a", "b", "c").source("plant", node="a").source("tank", "TANK", pipe="bc", at=80.0)
    draft.device("v", pipe="ab", at=50.0).device("w", pipe="bc", at=50.0)
    assert why(draft, "b", "w") == ("tank", [("bc", 50.0, 80.0), ("bc", 0.0, 50.0)], ["w"])


def test_it_begins_at_a_pump_with_a_tank_of_its_own() -> None:
    draft = Draft().chain("a", "b", "c", "b").source("plant", node="a").device("v", pipe="ab", at=50.0)
    draft.device("s", pipe="bc", at=10.0).device("p", "PUMP", pipe="bc", at=50.0, direction=1, storage_m3=9.0)
    draft.device("w", pipe="cb", at=50.0)
    source, spans, devices = why(draft, "b", "w")
    assert source == ""
    assert spans == [("bc", 50.0, 100.0), ("cb", 0.0, 50.0), ("cb", 50.0, 100.0)]
    assert devices == ["p", "w"]


def test_a_pump_drawn_against_its_pipe_is_the_first_on_the_way_too() -> None:
    draft = Draft().pipe("ab", "a", "b").pipe("cb", "c", "b").pipe("bc", "b", "c").source("plant", node="a")
    draft.device("v", pipe="ab", at=50.0).device("s", pipe="cb", at=90.0).device("w", pipe="bc", at=50.0)
    draft.device("p", "PUMP", pipe="cb", at=50.0, direction=-1, storage_m3=9.0)
    assert why(draft, "b", "w")[2] == ["p", "w"]


def test_a_branch_valve_is_the_last_on_the_way() -> None:
    draft = street().device("s", "SERVICE", pipe="ab", at=40.0).customer("x", "ab", 40.0, branch_valve="s")
    assert why(draft, CustomerTarget(0), "s") == ("plant", [("ab", 0.0, 40.0)], ["s"])


def test_a_valve_that_the_plan_does_not_close_has_no_way() -> None:
    found = solve(street(), "b")
    assert why_close(found.model, found.plan, 1) is None


def test_a_source_without_a_valve_shows_its_way() -> None:
    assert paths(street(), PipeTarget(0, 10.0)) == [("plant", [("ab", 0.0, 10.0)], [])]


def test_each_source_to_stop_shows_its_way() -> None:
    draft = Draft().chain("a", "b", "c").source("z", node="a").source("y", pipe="bc", at=60.0)
    draft.device("v", pipe="ab", at=50.0, condition="INOPERABLE")
    assert paths(draft, PipeTarget(1, 40.0)) == [
        ("y", [("bc", 40.0, 60.0)], []),
        ("z", [("ab", 0.0, 50.0), ("ab", 50.0, 100.0), ("bc", 0.0, 40.0)], ["v"]),
    ]


def test_the_way_to_a_device_ends_at_it() -> None:
    assert paths(street(), "v1") == [("plant", [("ab", 0.0, 50.0)], [])]


def test_the_way_to_a_polygon_ends_inside_a_part() -> None:
    draft = Draft().node("a").node("b", 100.0).chain("a", "b").source("plant", node="a")
    ring = ((40.0, -5.0), (60.0, -5.0), (60.0, 5.0), (40.0, 5.0))
    assert paths(draft, AreaTarget(ring)) == [("plant", [("ab", 0.0, 50.0)], [])]


def test_a_source_at_the_leak_itself_needs_no_way() -> None:
    assert paths(Draft().chain("a", "b").source("plant", node="a"), "a") == [("plant", [], [])]


def test_other_sources_are_left_out_where_one_is_stopped() -> None:
    draft = Draft().chain("a", "b", "c").source("near", node="b").source("far", node="c")
    draft.device("v", pipe="ab", at=50.0).device("w", pipe="ab", at=60.0)
    found = solve(draft, PipeTarget(0, 80.0))
    assert found.stop == ["near"]
    assert found.devices("close") == []
