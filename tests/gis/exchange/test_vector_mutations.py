"""Vector files with bytes changed or lost: layers or a coded fault, whatever GDAL makes of them."""

import random
import shutil
from collections import Counter
from pathlib import Path

import pytest
from foreign_files import line, town, write_layer
from soak import soak_count

from gis.errors import GisError
from gis.exchange.assemble import assemble
from gis.exchange.vector_files import read_sources
from gis.noding import NodingOptions, build_city


def originals(folder: Path) -> list[str]:
    """Whole files in a new *folder*; their names."""
    folder.mkdir()
    town(folder / "town.gpkg")
    shapes = [line((k * 10, 0), (k * 10 + 10, 5)) for k in range(5)]
    columns = {"id": ["a", "b", "c", "d", "乙"], "dn_mm": [100.0, 200.0, 300.0, 100.0, 100.0]}
    write_layer(folder / "pipe.shp", "pipe", shapes, columns, encoding="GBK")
    write_layer(folder / "pipe.geojson", "pipe", shapes, columns)
    return ["town.gpkg", "pipe.shp", "pipe.geojson"]


def damage(path: Path, chance: random.Random) -> None:
    """Change, cut or double some bytes of *path* or of a file beside it."""
    beside = sorted(path.parent.glob(f"{path.stem}.*")) if path.suffix == ".shp" else [path]
    victim = chance.choice(beside)
    data = bytearray(victim.read_bytes())
    for _ in range(chance.randint(1, 20)):
        at = chance.randrange(len(data) or 1)
        match chance.randrange(3):
            case 0:
                data[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del data[at : at + chance.randint(1, 200)]
            case _:
                data[at:at] = data[at : at + chance.randint(1, 50)]
    victim.write_bytes(data)


def outcome(source: Path) -> str:
    try:
        build_city(assemble(read_sources([source], timeout_s=120)).layers, NodingOptions())
    except GisError as fault:
        return fault.code
    return "city"


def check(folder: Path, seeds: range) -> None:
    found: Counter[str] = Counter()
    whole = folder / "whole"
    names = originals(whole)
    for seed in seeds:
        chance = random.Random(seed)
        here = Path(shutil.copytree(whole, folder / str(seed)))
        path = here / chance.choice(names)
        damage(path, chance)
        found[outcome(path)] += 1
        shutil.rmtree(here)
    assert found.total() == len(seeds)
    if len(seeds) >= 12:
        assert len(found) > 1, "some are read, some are refused"


def test_damaged_files_become_a_city_or_a_fault(tmp_path):
    check(tmp_path, range(12))


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_many_damaged_files_become_a_city_or_a_fault(tmp_path):
    check(tmp_path, range(100, 100 + soak_count(500)))
