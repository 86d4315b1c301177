"""Sounds of the dispatch room, played by a thread of their own. The one module that knows the sound library.

A machine without a sound device, or whose device is taken, is told once to whoever asked; the caller then beeps.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Generator
from typing import Final

import miniaudio
import numpy as np

RATE_HZ: Final = 44_100
_ATTACK_S: Final = 0.008
_ENDED_S: Final = 0.15
Tone = tuple[float, float]
"""Pitch in Hz (0 is silence) and length in seconds."""


def wave_of(tones: tuple[Tone, ...], loudness: float = 0.35) -> bytes:
    """*tones* one after the other as 16-bit samples, each with a short rise and fall, so that none clicks."""
    parts = []
    for pitch_hz, length_s in tones:
        moments = np.arange(round(length_s * RATE_HZ)) / RATE_HZ
        rise = np.minimum(np.minimum(moments, length_s - moments) / _ATTACK_S, 1.0)
        parts.append(np.sin(2 * np.pi * pitch_hz * moments) * rise * loudness)
    return bytes((np.concatenate(parts) * 32_767).astype("<i2").tobytes())


class SoundThread:
    """Plays one sequence of tones after the other; what comes while one sounds waits, never more than one.

    Args:
        failed: Called from the thread, once, when no sound can be made.
    """

    def __init__(self, failed: Callable[[], None]) -> None:
        self._failed = failed
        self._queue: queue.Queue[tuple[Tone, ...] | None] = queue.Queue(maxsize=1)
        self._thread = threading.Thread(target=self._run, name="sounds", daemon=True)
        self._thread.start()

    def play(self, tones: tuple[Tone, ...]) -> None:
        """Play *tones* soon; never waits."""
        try:
            self._queue.put_nowait(tones)
        except queue.Full:
            return

    def _run(self) -> None:
        while (tones := self._queue.get()) is not None:
            try:
                _play(wave_of(tones))
            except miniaudio.MiniaudioError:
                self._failed()
                return


def _play(wave: bytes) -> None:
    with miniaudio.PlaybackDevice(
        output_format=miniaudio.SampleFormat.SIGNED16, nchannels=1, sample_rate=RATE_HZ
    ) as device:
        stream = _stream(wave)
        next(stream)
        device.start(stream)
        time.sleep(len(wave) / 2 / RATE_HZ + _ENDED_S)


def _stream(wave: bytes) -> Generator[bytes, int, None]:
    """Hands the library as many frames as it asks for, then silence."""
    wanted = yield b""
    at = 0
    while True:
        part = wave[at : at + 2 * wanted]
        at += len(part)
        wanted = yield part + bytes(2 * wanted - len(part))
