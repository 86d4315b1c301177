"""Alarms heard: by a program of the system, by the next one where it fails, and by the bell where all do."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.dispatch.alarms import Alarm, Sound
from app.sounds import SoundWay, wave_of
from app.ui.dispatch.alarms import SOUNDS, Alarms, Beeper, ProgramPlayer, RoomSounds

PATIENCE_MS = 60_000
NO_PROGRAM = SoundWay("/nowhere/at-all")
REFUSING = SoundWay(sys.executable, ("-c", "raise SystemExit('no soundcards found')"))

HANGING = SoundWay(sys.executable, ("-c", "import time; time.sleep(600)"))


def writing(folder: Path) -> SoundWay:
    """A program that keeps what it is given to play, one file after the other."""
    code = (
        "import pathlib, sys; out = pathlib.Path(sys.argv[1]); "
        "(out / f'{len(list(out.iterdir()))}').write_bytes(pathlib.Path(sys.argv[2]).read_bytes())"
    )
    return SoundWay(sys.executable, ("-c", code, str(folder)))


@pytest.fixture
def room() -> Iterator[Callable[..., RoomSounds]]:
    made: list[RoomSounds] = []

    def make(*ways: SoundWay) -> RoomSounds:
        made.append(RoomSounds(ways))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_the_next_way_plays_what_the_first_ones_could_not(
    qtbot: QtBot, tmp_path: Path, room: Callable[..., RoomSounds]
) -> None:
    sounds = room(NO_PROGRAM, REFUSING, writing(tmp_path))
    told: list[None] = []
    sounds.bell_only.connect(lambda: told.append(None))
    for count, sound in enumerate(Sound, start=1):
        # One at a time: what comes while another sounds is not begun beside it.
        qtbot.waitUntil(lambda: _is_quiet(sounds), timeout=PATIENCE_MS)
        sounds.play(SOUNDS[sound])
        qtbot.waitUntil(lambda count=count: len(list(tmp_path.iterdir())) == count, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: _is_quiet(sounds), timeout=PATIENCE_MS)
    heard = [(tmp_path / str(at)).read_bytes() for at in range(3)]
    assert heard == [wave_of(SOUNDS[sound]) for sound in Sound]
    assert told == []


def test_a_program_that_hangs_or_has_no_room_for_its_files_keeps_no_alarm_silent(
    qtbot: QtBot, tmp_path: Path, room: Callable[..., RoomSounds]
) -> None:
    hanging = room(HANGING, writing(tmp_path))
    assert isinstance(hanging.player, ProgramPlayer)
    hanging.player._patience.setInterval(50)
    hanging.play(SOUNDS[Sound.BREACH])
    qtbot.waitUntil(lambda: (tmp_path / "0").exists() and _is_quiet(hanging), timeout=PATIENCE_MS)
    cleared = room(writing(tmp_path), writing(tmp_path))
    assert isinstance(cleared.player, ProgramPlayer)
    # As who tidies a folder for what is temporary leaves it after some weeks; a full disk refuses likewise.
    shutil.rmtree(cleared.player._folder.path())
    cleared.play(SOUNDS[Sound.RISK])
    qtbot.waitUntil(lambda: (tmp_path / "1").exists() and _is_quiet(cleared), timeout=PATIENCE_MS)
    heard = [(tmp_path / str(at)).read_bytes() for at in range(2)]
    assert heard == [wave_of(SOUNDS[Sound.BREACH]), wave_of(SOUNDS[Sound.RISK])]


def test_where_nothing_plays_the_bell_takes_over_and_says_so(qtbot: QtBot, room: Callable[..., RoomSounds]) -> None:
    sounds = room(REFUSING)
    with qtbot.waitSignal(sounds.bell_only, timeout=PATIENCE_MS):
        sounds.play(SOUNDS[Sound.NEW])
    assert isinstance(sounds.player, Beeper)
    assert isinstance(room().player, Beeper), "where no program is known it is the bell from the start"


def test_an_alarm_is_heard_again_until_somebody_has_seen_it(
    qtbot: QtBot, tmp_path: Path, room: Callable[..., RoomSounds]
) -> None:
    alarms = Alarms(room(writing(tmp_path)))
    alarms._repeat.setInterval(50)
    alarms.show((Alarm("incident/W1", "E1", "breached", Sound.BREACH, 0),), 1, 0)
    qtbot.waitUntil(lambda: len(list(tmp_path.iterdir())) >= 3, timeout=PATIENCE_MS)
    alarms.show((), 2, 0)
    assert not alarms._repeat.isActive()
    assert (tmp_path / "0").read_bytes() == wave_of(SOUNDS[Sound.BREACH])


def _is_quiet(sounds: RoomSounds) -> bool:
    return isinstance(sounds.player, ProgramPlayer) and not sounds.player.sounding
