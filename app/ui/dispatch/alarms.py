"""The sound of alarms: the most urgent one sounds, again and again until somebody says "seen".

Silence needs a reason and ends by itself; the shapes and words on screen are never muted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final, Protocol

from PySide6.QtCore import QObject, QProcess, Qt, QTemporaryDir, QTimer, Signal
from PySide6.QtWidgets import QApplication

from app.dispatch.alarms import Alarm, Sound
from app.sounds import SoundWay, Tone, wave_of

REPEAT_MS: Final = 8000
"""House: how often a sound comes again while nobody has acknowledged."""
_BEEP_GAP_MS: Final = 220
_END_WAIT_MS: Final = 1000
_PATIENCE_MS: Final = 6000
"""House: a program that still plays a sound of a second after so long hangs; the next alarm must not wait for it."""

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

    def close(self) -> None:
        """Fall silent at once."""


class Beeper(QObject):
    """The system's bell: as many beeps as a sound has tones. For machines without anything better."""

    def play(self, tones: tuple[Tone, ...]) -> None:
        """Beep once for each tone that is no silence."""
        beeps = sum(pitch_hz > 0 for pitch_hz, _ in tones)
        for number in range(beeps):
            QTimer.singleShot(number * _BEEP_GAP_MS, self, QApplication.beep)

    def close(self) -> None:
        """A beep is over before anybody could end it."""


class ProgramPlayer(QObject):
    """Plays by a program of the system, in a process of its own.

    Signals:
        failed: The program is not there, has found nothing to play on, hangs, or there is no room for what it plays.
    """

    failed = Signal()

    def __init__(self, way: SoundWay, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._way = way
        self._folder = QTemporaryDir()
        self._files: dict[tuple[Tone, ...], str] = {}
        self._process = QProcess(self)
        self._process.setWorkingDirectory(self._folder.path())
        self._process.finished.connect(self._ended)
        self._process.errorOccurred.connect(self._not_started)
        # Killed, it ends with a status that is no success, as one that refuses does.
        self._patience = QTimer(self, interval=_PATIENCE_MS, singleShot=True)
        self._patience.timeout.connect(self._process.kill)

    @property
    def sounding(self) -> bool:
        """Whether the program is at it."""
        return self._process.state() is not QProcess.ProcessState.NotRunning

    def play(self, tones: tuple[Tone, ...]) -> None:
        """Play *tones*, unless what was played before still sounds."""
        if self.sounding:
            return
        try:
            name = self._file(tones)
        except OSError:
            self.failed.emit()
            return
        self._process.start(self._way.program, [*self._way.arguments, name])
        self._patience.start()

    def close(self) -> None:
        """End the program."""
        self._process.blockSignals(True)
        self._patience.stop()
        self._process.kill()
        self._process.waitForFinished(_END_WAIT_MS)

    def _file(self, tones: tuple[Tone, ...]) -> str:
        if tones not in self._files:
            if not self._folder.isValid():
                raise OSError(self._folder.errorString())
            name = f"{len(self._files)}.wav"
            Path(self._folder.path(), name).write_bytes(wave_of(tones))
            self._files[tones] = name
        return self._files[tones]

    def _ended(self, code: int) -> None:
        self._patience.stop()
        if code != 0:
            self.failed.emit()

    def _not_started(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self.failed.emit()


class RoomSounds(QObject):
    """Plays by the first of several ways that works; where none does the bell takes over and stays.

    Signals:
        bell_only: Every way has failed: from now on the three sounds are one, two or three beeps.
    """

    bell_only = Signal()

    def __init__(self, ways: Sequence[SoundWay], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ways = list(ways)
        self._last: tuple[Tone, ...] = ()
        self.player = self._next()

    def play(self, tones: tuple[Tone, ...]) -> None:
        """Play *tones*; never waits."""
        self._last = tones
        self.player.play(tones)

    def close(self) -> None:
        """Fall silent at once."""
        self.player.close()

    def _next(self) -> Player:
        if not self._ways:
            return Beeper(self)
        player = ProgramPlayer(self._ways.pop(0), self)
        # Later: the program that failed is not done with telling so.
        player.failed.connect(self._fall_back, Qt.ConnectionType.QueuedConnection)
        return player

    def _fall_back(self) -> None:
        """What was not heard is played by the next way."""
        self.player = self._next()
        self.player.play(self._last)
        if isinstance(self.player, Beeper):
            self.bell_only.emit()


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
