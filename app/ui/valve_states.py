"""How valves stand: as recorded, and what the operator supposes of them on top."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from app.suppositions import ValveOverride, supposing, with_told
from app.ui.following import Moved
from network.assets import Condition, Position
from network.topology import City, DeviceStates


class ValveStates:
    """What is recorded of every device, and suppositions, oldest first."""

    def __init__(self, recorded: DeviceStates, supposed: Iterable[ValveOverride] = ()) -> None:
        self._recorded = recorded
        self._supposed = {each.device: each for each in supposed}

    @property
    def states(self) -> DeviceStates:
        """Position and condition of every device, suppositions included."""
        return supposing(self._recorded, self._supposed.values())

    @property
    def supposed(self) -> tuple[ValveOverride, ...]:
        """What the operator supposes, oldest first."""
        return tuple(self._supposed.values())

    def of(self, device: int) -> ValveOverride | None:
        """What the operator supposes of *device*."""
        return self._supposed.get(device)

    def suppose(self, device: int, position: Position | None, condition: Condition | None) -> None:
        """Take *device* to be so; None leaves that part as it is."""
        was = self._supposed.pop(device, ValveOverride(device))
        now = replace(
            was,
            position=was.position if position is None else position,
            condition=was.condition if condition is None else condition,
        )
        # Supposing what the record says anyway is no supposition.
        if now.position == self._recorded.position[device]:
            now = replace(now, position=None)
        if now.condition == self._recorded.condition[device]:
            now = replace(now, condition=None)
        if now.position is not None or now.condition is not None:
            self._supposed[device] = now

    def suppose_open(self, devices: Iterable[int]) -> None:
        """Take closed *devices* to be opened."""
        for device in devices:
            self._supposed[device] = replace(self._supposed.pop(device, ValveOverride(device)), position=Position.OPEN)

    def suppose_only(self, supposed: Iterable[ValveOverride]) -> None:
        """Suppose this and nothing else."""
        self._supposed = {each.device: each for each in supposed}

    def withdraw(self, device: int) -> bool:
        """Take back what is supposed of *device*; False where nothing is."""
        return self._supposed.pop(device, None) is not None

    def record(self, device: int, position: Position, condition: Condition) -> None:
        """It is in the journal that *device* is so: no supposition any more, but an observation."""
        self._recorded = self._recorded.with_positions([device], position).with_conditions([device], condition)
        self.withdraw(device)

    def hear(self, city: City, told: Iterable[tuple[str, Position, Condition]]) -> bool:
        """Valves stand so by what was reported of them, by id; False where that is known already."""
        before, self._recorded = self._recorded, with_told(self._recorded, city, told)
        return self._recorded is not before

    def moved(self, moved: Moved, recorded: DeviceStates) -> ValveStates:
        """The same suppositions about the rows that an edit has made, whose record is *recorded*."""
        return ValveStates(recorded, moved.overrides(self.supposed))
