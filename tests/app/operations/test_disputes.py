"""What nobody has contradicted is no dispute, also where isolation assumes the worse."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import handmade
import numpy as np
from dispatch_room import START, Room

from app.workspace import create_workspace, record_valve_observed
from network.assets import Condition, Position


def test_a_valve_whose_position_the_files_did_not_tell_is_disputed_by_nobody(tmp_path: Path) -> None:
    made = handmade.noded()
    network = made.city.network
    devices = replace(network.devices, position=np.full_like(network.devices.position, Position.DISPUTED))
    city = replace(made.city, network=replace(network, devices=devices))
    create_workspace(tmp_path / "city", replace(made, city=city), sources=[], now=START, actor="a")
    room = Room(tmp_path / "city")
    assert np.all(room.desk.workspace.states.position == Position.DISPUTED)
    assert room.view().disputes == ()
    # Of one somebody tells the condition and nothing of its position.
    record_valve_observed(room.desk.workspace, "V2", condition=Condition.INOPERABLE, now=START, actor="a")
    assert room.view().disputes == ()
    room.close()
