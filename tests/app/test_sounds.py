"""Sounds as files, the programs that play them, and what is heard of a program that cannot."""

import io
import sys
import wave
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from app.dispatch.alarms import Sound
from app.errors import AppError
from app.sounds import RATE_HZ, SoundWay, Tone, sound_ways, try_way, wave_of
from app.ui.dispatch.alarms import SOUNDS


def samples_of(tones: tuple[Tone, ...]) -> np.ndarray:
    with wave.open(io.BytesIO(wave_of(tones))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE_HZ)
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2") / 32_768


def loudest_hz(samples: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.fft.rfftfreq(len(samples), 1 / RATE_HZ)[spectrum.argmax()])


@pytest.mark.parametrize("tones", SOUNDS.values(), ids=list(SOUNDS))
def test_a_sound_is_its_notes_without_clicks(tones: tuple[Tone, ...]) -> None:
    samples, at = samples_of(tones), 0
    assert 0.3 < np.abs(samples).max() < 0.95, "heard, and not clipped"
    for pitch_hz, length_s in tones:
        note = samples[at : at + round(length_s * RATE_HZ)]
        at += len(note)
        assert np.abs(note[[0, -1]]).max() < 0.02
        if pitch_hz:
            assert loudest_hz(note) == pytest.approx(pitch_hz, abs=1.5 / length_s)
        else:
            assert not note.any()
    assert at == len(samples)


def test_no_two_sounds_can_be_taken_for_each_other() -> None:
    assert set(SOUNDS) == set(Sound)
    for one, other in combinations(SOUNDS.values(), 2):
        assert abs(max(pitch for pitch, _ in one) - max(pitch for pitch, _ in other)) > 100
        assert len(one) != len(other), "how often it sounds tells them apart without an ear for pitch"


def test_the_best_program_of_a_system_comes_first() -> None:
    everything = sound_ways(lambda name: f"/usr/bin/{name}", "linux")
    assert [way.name for way in everything] == ["pw-play", "paplay", "aplay"]
    assert sound_ways(lambda name: "/bin/aplay" if name == "aplay" else None, "linux") == (
        SoundWay("/bin/aplay", ("-q",)),
    )
    assert sound_ways(lambda _name: None, "linux") == sound_ways(lambda name: name, "plan9") == ()


def test_a_way_is_tried_with_a_real_file_and_tells_why_it_cannot(tmp_path: Path) -> None:
    heard = tmp_path / "heard.wav"
    copies = f"import shutil, sys; shutil.copy(sys.argv[1], {str(heard)!r})"
    try_way(SoundWay(sys.executable, ("-c", copies)))
    with wave.open(str(heard)) as file:
        assert file.getnframes() > 0
    refusing = SoundWay(sys.executable, ("-c", "import sys; sys.exit('aplay: no soundcards found')"))
    with pytest.raises(AppError, match=r"sound\.refused") as refused:
        try_way(refusing)
    assert refused.value.detail["reason"] == "aplay: no soundcards found"
    with pytest.raises(AppError, match=r"sound\.refused"):
        try_way(SoundWay(str(tmp_path / "none")))
