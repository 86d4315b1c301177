"""A small demo city on disk, built once a run by the product's own command; tests that write get a copy."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from servers import Postgres, postgres, postgres_programs

from app.operations.make_city import make_demo
from app.requests import BuildDemo
from app.workspace_files import BACKUPS


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
    """A copy of the demo workspace for one test alone: others may have noted backups of theirs in it."""
    return Path(shutil.copytree(demo, tmp_path / "city", ignore=shutil.ignore_patterns(BACKUPS)))


@pytest.fixture
def x11(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Name of a fresh X11 display. `make test` installs the server, so its absence is a failure and not a skip."""
    server = shutil.which("Xvfb")
    assert server is not None, "Xvfb is missing: python3 tools/set_up.py test"
    reading, writing = os.pipe()
    with subprocess.Popen(
        [server, "-displayfd", str(writing), "-screen", "0", "1280x800x24", "-nolisten", "tcp"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    ) as xvfb:
        os.close(writing)
        with os.fdopen(reading) as answer:
            number = answer.readline().strip()
        try:
            monkeypatch.setenv("DISPLAY", f":{number}")
            monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
            yield f":{number}"
        finally:
            xvfb.terminate()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """A PostgreSQL server of this run. One that is there and cannot start fails the run."""
    programs = postgres_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not on this machine: python3 tools/set_up.py test")
    with postgres(programs) as server:
        yield server


@pytest.fixture
def database(postgres_server: Postgres) -> Iterator[str]:
    """Address of an empty database for one test alone."""
    with postgres_server.empty("each") as address:
        yield address
