"""A dispatch room on a city of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from dispatch_room import Room, copied, make_city


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_city(tmp_path_factory.mktemp("dispatch") / "city")


@pytest.fixture
def room(city: Path, tmp_path: Path) -> Iterator[Room]:
    room = Room(copied(city, tmp_path / "city"))
    yield room
    room.close()
