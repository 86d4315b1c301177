"""A valve being turned, as a step of the programme: how many turns, which way, how long."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from network.alternatives.costs import Pace, turning_minutes, turns_to_close
from network.assets import DeviceTable, Turning
from network.columns import Float64
from network.method_steps import Phase, Step, StepKind


@dataclass(frozen=True, eq=False)
class ValveWork:
    """The valves of a city in the hands of a crew of *pace*."""

    devices: DeviceTable
    pace: Pace

    @cached_property
    def _turns(self) -> Float64:
        return turns_to_close(self.devices, self.pace)

    @cached_property
    def _minutes(self) -> Float64:
        return turning_minutes(self.devices, self.pace)

    @property
    def set_up_s(self) -> float:
        """From parking to the key on the spindle."""
        return self.pace.set_up_min * 60.0

    def turning_s(self, device: int) -> float:
        """From open to closed or back, large valves slowly."""
        return float(self._minutes[device]) * 60.0

    def step(self, kind: StepKind, phase: Phase, device: int, *, opens: bool, share_turns: float | None = None) -> Step:
        """A step that turns *device*, without its times.

        Args:
            kind: What it is called.
            phase: When it is done.
            device: Device row.
            opens: Whether it is opened.
            share_turns: How many turns; all where None.
        """
        closes = Turning(int(self.devices.closes[device]))
        return Step(
            kind,
            phase,
            device=device,
            turns=float(self._turns[device]) if share_turns is None else share_turns,
            turns_recorded=share_turns is not None or bool(self.devices.turns[device] > 0.0),
            turning=Turning(-closes) if opens else closes,
            slowly=bool(self.devices.dn_mm[device] >= self.pace.slow_from_dn_mm),
        )
