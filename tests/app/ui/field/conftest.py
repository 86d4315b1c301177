"""The town with chambers on the Field desk."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from console_driver import Driver
from field_town import Gloves, chamber_town


@pytest.fixture(scope="session")
def chambers_master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return chamber_town(tmp_path_factory.mktemp("chambers") / "town")


@pytest.fixture
def town(chambers_master: Path, tmp_path: Path) -> Path:
    """The workspace, to be written into at will."""
    return Path(shutil.copytree(chambers_master, tmp_path / "town"))


@pytest.fixture
def gloves(start: Callable[..., Driver]) -> Gloves:
    """Somebody in front of the desk, an incident with its plan waiting."""
    hands = Gloves(start().open())
    hands.report()
    return hands.come()
