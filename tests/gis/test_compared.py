"""Arrays are compared with their checksums once after each start of the machine, and again where that is in doubt."""

from pathlib import Path

import numpy as np
import pytest

from gis import compared
from gis.cache import save_tables
from gis.compared import open_compared
from gis.errors import GisError
from network.topology import DeviceStates

STATES = DeviceStates(np.zeros(40, dtype=np.int8), np.ones(40, dtype=np.int8))


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What numbers this start of the machine; files count as rested at once."""
    boot = tmp_path / "boot_id"
    boot.write_text("one start\n", encoding="ascii")
    monkeypatch.setattr(compared, "_BOOT", boot)
    monkeypatch.setattr(compared, "_RESTED_NS", 0)
    return boot


def _harm(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(bytes(data))


def _believed(folder: Path) -> bool:
    """Whether a harmed byte goes unseen, that is: whether nothing is compared."""
    try:
        open_compared(folder, "states", DeviceStates)
    except GisError:
        return False
    return True


def test_nothing_is_compared_twice_until_the_machine_is_started_again(tmp_path: Path, machine: Path) -> None:
    save_tables(tmp_path, "states", STATES)
    _harm(tmp_path / "states.arrays")
    assert not _believed(tmp_path)
    looks = compared._looks(tmp_path, "states")
    assert looks is not None
    compared._keep(tmp_path, "states", looks)
    assert _believed(tmp_path)
    machine.write_text("another start\n", encoding="ascii")
    assert not _believed(tmp_path)


def test_what_was_written_into_is_compared_again(tmp_path: Path, machine: Path) -> None:
    save_tables(tmp_path, "states", STATES)
    open_compared(tmp_path, "states", DeviceStates)
    assert (tmp_path / "states.compared").is_file()
    _harm(tmp_path / "states.arrays")
    assert not _believed(tmp_path)


def test_what_is_as_new_as_the_clock_is_coarse_is_always_compared(
    tmp_path: Path, machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compared, "_RESTED_NS", 3_600_000_000_000)
    save_tables(tmp_path, "states", STATES)
    open_compared(tmp_path, "states", DeviceStates)
    assert not (tmp_path / "states.compared").exists()


def test_a_machine_that_does_not_number_its_starts_compares_each_time(tmp_path: Path, machine: Path) -> None:
    machine.unlink()
    save_tables(tmp_path, "states", STATES)
    assert open_compared(tmp_path, "states", DeviceStates).position.tolist() == STATES.position.tolist()
    _harm(tmp_path / "states.arrays")
    assert not _believed(tmp_path)


def test_what_was_noted_of_them_may_be_torn(tmp_path: Path, machine: Path) -> None:
    save_tables(tmp_path, "states", STATES)
    (tmp_path / "states.compared").write_bytes(b"\xff[")
    _harm(tmp_path / "states.arrays")
    assert not _believed(tmp_path)
