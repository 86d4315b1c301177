"""The recorder's process goes by what the hub said last of who may do what."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from consoles import Console
from demo_town import NOW

from app.config import operator
from app.errors import AppError
from app.feeds.opcua_server import OpenOpcUa
from app.journal.hub_rights import PersonRole
from app.journal.person import Person
from app.live_requests import ChangeLimit, DoAlarms, LiveShown, LookLive, RemoveLimit, WatchLive
from app.sync.membership import Membership, keep_membership
from app.sync.rights_told import Rights, keep_rights
from app.telemetry.alarm_events import Deed
from app.telemetry.alarms import Limit, Side
from app.telemetry.recording import Recording
from app.worker.live_handlers import LIVE_HANDLERS


@dataclass
class State:
    live: Recording | None = None
    open_opcua: OpenOpcUa | None = None


@pytest.mark.parametrize(
    ("role", "may"), [(role, role in {"operator", "supervisor", "monitor"}) for role in PersonRole]
)
def test_who_may_do_something_with_alarms_stands_in_the_roles(tmp_path: Path, role: PersonRole, *, may: bool) -> None:
    folder = tmp_path / "city"
    Console(folder).close()
    keep_membership(folder, Membership("host=hub.example", "H1", "hub.example"))
    keep_rights(folder, Rights("H1", (operator(), "login"), (Person("login", operator(), role),), 0))
    state = State()
    LIVE_HANDLERS[WatchLive](state, WatchLive(folder, NOW))
    assert state.live is not None
    acts = (
        DoAlarms(Deed.OUT, ("PT-0002 low",), "检修"),
        ChangeLimit(Limit("PT-0002 low", 2, Side.LOW, 20.0, priority=2), "夏季"),
        RemoveLimit("PT-0002 silent", "不需要"),
    )
    try:
        for act in acts:
            if may:
                LIVE_HANDLERS[type(act)](state, act)
            else:
                with pytest.raises(AppError, match=r"hub\.would_refuse"):
                    LIVE_HANDLERS[type(act)](state, act)
        shown = LIVE_HANDLERS[LookLive](state, LookLive())
        assert isinstance(shown, LiveShown)
        assert bool([one for one in shown.events if one.actor]) is may
    finally:
        state.live.close()
