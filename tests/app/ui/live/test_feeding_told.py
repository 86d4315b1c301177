"""What the network says of pumps reaches the recorder, however fast valves are turned there and back."""

from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

from PySide6.QtCore import QObject, Signal

from app.live_requests import FeedersFound, FindFeeders, LiveOpened, TakeFeeders
from app.requests import Reply
from app.telemetry.alarm_feeding import Feeder, Feeders
from app.telemetry.alarms import Limits
from app.telemetry.channels import Channel, Channels
from app.telemetry.quantities import Quantity
from app.telemetry.setup import Setup
from app.ui.live.model import LiveModel
from app.ui.session import Session

OPEN = Feeders((Feeder("ST-B1", ("PT-1",), ()),))
SHUT = Feeders((Feeder("ST-B1", (), ("PT-1",)),))
CHANNELS = Channels((Channel("ST-B1", "B1", Quantity.STATE, ""), Channel("PT-1", "1", Quantity.PRESSURE, "MPa")))
SETUP = Setup(CHANNELS, Limits(()), (), feeders=OPEN)


class Line:
    """Stands for the worker; answers are given by hand, in the order of the questions."""

    def __init__(self) -> None:
        self.asked: list[tuple[object, Callable[[Reply], None]]] = []
        self.tickets = 0

    def ask(self, request: object, take: Callable[[Reply], None]) -> int:
        self.asked.append((request, take))
        self.tickets += 1
        return self.tickets

    def answer(self, reply: Reply) -> object:
        request, take = self.asked.pop(0)
        take(reply)
        return request


class Around(QObject):
    workspace_changed, city_changed, suppositions_changed, field_changed = Signal(), Signal(), Signal(), Signal()

    def __init__(self, client: Line) -> None:
        super().__init__()
        self.client, self.workspace = client, SimpleNamespace()

    def is_refusal(self, _reply: Reply) -> bool:
        return False


def test_a_valve_that_is_back_before_the_recorder_has_answered_is_told_to_it(qapp: Any) -> None:
    line = Line()
    around = Around(line)
    model = LiveModel(cast("Session", around), lambda: datetime(2026, 11, 21, tzinfo=UTC))
    model.setup = SETUP
    around.field_changed.emit()
    assert isinstance(line.answer(FeedersFound(SHUT)), FindFeeders)
    around.field_changed.emit()
    first, second = line.asked
    line.asked = [second, first]
    assert isinstance(line.answer(FeedersFound(OPEN)), FindFeeders)
    told = [request.feeders for request, _ in line.asked if isinstance(request, TakeFeeders)]
    assert told == [SHUT, OPEN]
    line.answer(LiveOpened(SETUP.fed_by(SHUT)))
    line.answer(LiveOpened(SETUP))
    assert model.setup.feeders == OPEN
