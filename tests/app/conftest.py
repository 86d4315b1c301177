"""A small demo city on disk, built once a run by the product's own command; tests that write get a copy."""

import shutil
from pathlib import Path

import pytest

from app.operations.make_city import make_demo
from app.requests import BuildDemo


def silent(step: str, fraction: float | None = None) -> None:
    """Progress that nobody watches."""


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of 1,000 pipes. Do not write to it."""
    folder = tmp_path_factory.mktemp("demo") / "city"
    make_demo(BuildDemo(folder, 1000, 3), silent)
    return folder


@pytest.fixture
def own_demo(demo: Path, tmp_path: Path) -> Path:
    """A copy of the demo workspace for one test alone."""
    return Path(shutil.copytree(demo, tmp_path / "city"))
