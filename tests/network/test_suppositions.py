"""What may be supposed of a device, and where it changes nothing."""

import pytest
from small_city import Draft

from network.assets import DeviceKind
from network.supply import prepare
from network.suppositions import Ignored, ignored_condition, ignored_position
from network.topology import DeviceStates


def asked(draft: Draft, device: str = "v") -> tuple[Ignored | None, Ignored | None]:
    """Why a position, and why a condition, of *device* changes nothing."""
    city = draft.source("plant", node="a").city()
    placement = prepare(city, DeviceStates.recorded(city.network.devices)).structure.segmentation.placement
    row = city.network.devices.ids.find(device)
    return ignored_position(city, placement, row), ignored_condition(city, placement, row)


@pytest.mark.parametrize("kind", list(DeviceKind))
def test_only_valves_that_plans_open_and_close_have_states_that_count(kind: DeviceKind) -> None:
    gate = kind in (DeviceKind.ISOLATION, DeviceKind.BOUNDARY)
    why = None if gate else Ignored.NO_GATE
    assert asked(Draft().chain("a", "b").device("v", kind.name, pipe="ab", at=50.0)) == (why, why)


def test_a_valve_on_no_pipe_and_one_of_unknown_leg() -> None:
    tee = Draft().chain("a", "b", "c").pipe("bd", "b", "d")
    assert asked(tee.device("v")) == (Ignored.NOWHERE, Ignored.NOWHERE)
    tee = Draft().chain("a", "b", "c").pipe("bd", "b", "d")
    assert asked(tee.device("v", node="b")) == (Ignored.LEG_UNKNOWN, Ignored.LEG_UNKNOWN)


def test_a_branch_valve_may_be_stuck_whatever_it_is_called() -> None:
    drawn = Draft().chain("a", "b").device("v", "HYDRANT", pipe="ab", at=50.0)
    assert asked(drawn.hydrant("h", "ab", 50.0, branch_valve="v")) == (Ignored.NO_GATE, None)
    drawn = Draft().chain("a", "b").device("v", "SERVICE")
    assert asked(drawn.customer("c", "ab", 50.0, branch_valve="v")) == (Ignored.NO_GATE, None)
