"""The sound of alarms: the most urgent one sounds, again and again until somebody says "seen".

Silence needs a reason and ends by itself; the shapes and words on screen are never muted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication

from app.dispatch.alarms import Alarm, Sound

REPEAT_MS: Final = 8000
"""House: how often a sound comes again while nobody has acknowledged."""
_BEEP_GAP_MS: Final = 220

Tone = tuple[float, float]
"""Pitch in Hz (0 is silence) and length in seconds."""

SOUNDS: Final[Mapping[Sound, tuple[Tone, ...]]] = MappingProxyType(
    {
        Sound.BREACH: ((880.0, 0.16), (0.0, 0.06), (880.0, 0.16), (0.0, 0.06), (880.0, 0.16)),
        Sound.RISK: ((660.0, 0.22), (0.0, 0.08), (520.0, 0.28)),
        Sound.NEW: ((440.0, 0.35),),
    }
)
"""Three short high ones for what is over, two falling ones for what is near, one low one for what is new."""


class Player(Protocol):
    """Makes sounds."""

    def play(self, tones: tuple[Tone, ...]) -> None:
        """Play *tones*; never waits."""


class Beeper(QObject):
    """The system's bell: as many beeps as a sound has tones. For machines without anything better."""

    def play(self, tones: tuple[Tone, ...]) -> None:
        """Beep once for each tone that is no silence."""
        beeps = sum(pitch_hz > 0 for pitch_hz, _ in tones)
        for number in range(beeps):
            QTimer.singleShot(number * _BEEP_GAP_MS, self, QApplication.beep)


MakePlayer = Callable[[Callable[[], None]], Player]
"""Makes what plays sounds; calls back, from any thread, when it finds that it cannot."""


class RoomSounds(QObject):
    """Plays by what the machine has; where that fails, the bell takes over and stays."""

    _failed = Signal()

    def __init__(self, make_player: MakePlayer | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._beeper = Beeper(self)
        self._failed.connect(self._fall_back, Qt.ConnectionType.QueuedConnection)
        self.player: Player = self._beeper if make_player is None else make_player(self._failed.emit)

    def play(self, tones: tuple[Tone, ...]) -> None:
        """Play *tones*; never waits."""
        self.player.play(tones)

    def _fall_back(self) -> None:
        self.player = self._beeper


class Alarms(QObject):
    """Which alarms stand, and the sound of the most urgent one.

    Signals:
        changed: Others stand, or the sounds were silenced.
        sounded: A sound was made.
    """

    changed = Signal()
    sounded = Signal(str)

    def __init__(self, player: Player, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.player = player
        self.standing: tuple[Alarm, ...] = ()
        self.muted_until_ms = 0
        self._now_ms = 0
        self._repeat = QTimer(self, interval=REPEAT_MS)
        self._repeat.timeout.connect(self._sound)

    @property
    def muted(self) -> bool:
        """Whether it keeps silent now."""
        return self._now_ms < self.muted_until_ms

    def show(self, alarms: tuple[Alarm, ...], now_ms: int, muted_until_ms: int) -> None:
        """These stand now, the most urgent first; a new one sounds at once."""
        was, silenced = self.standing, self.muted_until_ms
        self._now_ms, self.muted_until_ms, self.standing = now_ms, muted_until_ms, alarms
        if {_name(one) for one in alarms} - {_name(one) for one in was}:
            self._sound()
            self._repeat.start()
        if not alarms:
            self._repeat.stop()
        if alarms != was or silenced != muted_until_ms:
            self.changed.emit()

    def tick(self, now_ms: int) -> None:
        """Time goes on: a silence may be over."""
        was = self.muted
        self._now_ms = now_ms
        if was != self.muted:
            self.changed.emit()

    def of(self, entity: str) -> tuple[Alarm, ...]:
        """Those of one incident."""
        return tuple(alarm for alarm in self.standing if alarm.incident == entity)

    def _sound(self) -> None:
        if self.standing and not self.muted:
            sound = self.standing[0].sound
            self.player.play(SOUNDS[sound])
            self.sounded.emit(sound)


def _name(alarm: Alarm) -> tuple[str, str, str]:
    return (alarm.incident, alarm.rule, alarm.state)
