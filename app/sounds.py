"""Sounds without a library: notes made into WAV files, and the program of this system that plays such a file.

Qt's own sounds belong to its add-ons, which are not installed here.
"""

from __future__ import annotations

import io
import math
import shutil
import subprocess
import sys
import tempfile
import wave
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from app.errors import AppError

Tone = tuple[float, float]
"""Pitch in Hz (0 is silence) and length in seconds."""

RATE_HZ: Final = 22_050
_LOUDNESS: Final = 0.5
_FADE_S: Final = 0.008
"""So long a tone swells and fades: without that it begins and ends with a click."""
_SECOND_HARMONIC: Final = 0.3
"""Small loudspeakers swallow a pure tone more than one with an overtone."""
_PATIENCE_S: Final = 10.0
_SILENCE: Final[tuple[Tone, ...]] = ((0.0, 0.1),)

_PROGRAMS: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = MappingProxyType(
    {
        "linux": (("pw-play",), ("paplay",), ("aplay", "-q")),
        "darwin": (("afplay",),),
        "win32": (("powershell", "-NoProfile", "-Command", "& {(New-Object Media.SoundPlayer $args[0]).PlaySync()}"),),
    }
)
"""Programs that play a WAV file, by system, the best one first, with what goes before the file's name."""


@dataclass(frozen=True)
class SoundWay:
    """A program that plays the WAV file that is its last argument; run in the file's folder, with its bare name.

    Attributes:
        program: Its path.
        arguments: What goes before the file's name.
    """

    program: str
    arguments: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What people call it."""
        return Path(self.program).stem


def sound_ways(find: Callable[[str], str | None] = shutil.which, system: str = sys.platform) -> tuple[SoundWay, ...]:
    """How sounds can be played here, the best way first; empty where only the system's bell is left."""
    known = ((find(program), rest) for program, *rest in _PROGRAMS.get(system, ()))
    return tuple(SoundWay(path, tuple(rest)) for path, rest in known if path)


def wave_of(tones: Sequence[Tone]) -> bytes:
    """*tones* one after the other as a WAV file: 16 bits, one channel, :data:`RATE_HZ`."""
    samples = array(
        "h", [round(32_767 * level) for pitch_hz, length_s in tones for level in _levels(pitch_hz, length_s)]
    )
    if sys.byteorder == "big":
        samples.byteswap()
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes(samples.tobytes())
    return file.getvalue()


def _levels(pitch_hz: float, length_s: float) -> list[float]:
    count = round(length_s * RATE_HZ)
    fade = _FADE_S * RATE_HZ
    step = 2 * math.pi * pitch_hz / RATE_HZ
    return [
        _LOUDNESS
        * min(1.0, at / fade, (count - at) / fade)
        * (math.sin(step * at) + _SECOND_HARMONIC * math.sin(2 * step * at))
        for at in range(count)
    ]


def try_way(way: SoundWay) -> None:
    """Play a moment of silence, and wait for the end of it.

    Raises:
        AppError: ``sound.refused`` with the program's last words: no loudspeaker, or no right to it.
    """
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "silence.wav").write_bytes(wave_of(_SILENCE))
        command = [way.program, *way.arguments, "silence.wav"]
        try:
            ended = subprocess.run(command, cwd=folder, capture_output=True, timeout=_PATIENCE_S, check=False)  # noqa: S603 - a program of the system's
        except (OSError, subprocess.TimeoutExpired) as error:
            raise AppError("sound.refused", program=way.name, reason=str(error)) from error
    if ended.returncode != 0:
        said = ended.stderr.decode(errors="replace").strip().splitlines()
        raise AppError("sound.refused", program=way.name, reason=said[-1] if said else str(ended.returncode))
