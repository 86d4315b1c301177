"""The flawed city shows what flaws look like: a good dozen kinds, in a city that still works."""

from pathlib import Path

import pytest

from app.operations.import_city import import_city
from app.requests import ImportCity
from gis.faults import FaultKind
from gis.noding import Noded
from gis.synthetic.flawed import write_flawed_files
from network.segments import find_segments

FLAWS = {
    "unreadable_number", "out_of_range", "rounded_number", "trimmed_text", "damaged_text", "null_id",
    "duplicate_id", "near_miss_end", "duplicate_feature", "multipart", "zero_length", "wrong_geometry_type",
    "out_of_bounds", "unknown_word", "unknown_reference", "valve_off_pipe", "duplicate_valve", "neither_yes_nor_no",
    "unlinked_customer",
}  # fmt: skip


def silent(_step: str, _fraction: float | None = None) -> None:
    """Nobody listens."""


@pytest.fixture(scope="module")
def noded(tmp_path_factory: pytest.TempPathFactory) -> Noded:
    folder = tmp_path_factory.mktemp("flawed")
    return import_city(ImportCity((write_flawed_files(folder / "files"),), folder / "city"), silent)


def test_a_good_dozen_kinds_of_faults(noded: Noded) -> None:
    found = {fault.kind.value for fault in noded.faults}
    assert FLAWS - found == set()
    assert FaultKind.CRS_MISSING.value not in found


def test_most_faults_have_a_place_and_the_city_works(noded: Noded) -> None:
    placed = [fault for fault in noded.faults if fault.x_m is not None]
    assert len(placed) > 0.8 * len(noded.faults)
    assert find_segments(noded.city.network).count > 100


def test_the_files_are_the_same_every_time(tmp_path: Path) -> None:
    first, again = write_flawed_files(tmp_path / "a"), write_flawed_files(tmp_path / "b")
    names = sorted(path.name for path in first.iterdir())
    assert "pipe.geojson" in names
    assert all((first / name).read_bytes() == (again / name).read_bytes() for name in names)
