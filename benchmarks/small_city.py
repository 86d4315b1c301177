"""A city of its own for a benchmark that was given none: small enough to be made in half a minute."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PIPES = 20_000

_MAKE = """
import sys
from pathlib import Path
from app.operations.desk_cache import prepare_cache
from app.operations.make_city import make_demo
from app.requests import BuildDemo
from app.workspace import open_workspace
place = Path(sys.argv[1])
make_demo(BuildDemo(place, int(sys.argv[2]), 7), lambda _step, _fraction=None: None)
workspace = open_workspace(place)
prepare_cache(workspace)
workspace.close()
"""
"""In a process of its own: what measures shall load no more than what it measures does."""


@contextmanager
def city_for(given: Path | None, pipes: int = PIPES) -> Iterator[Path]:
    """The folder of the workspace *given*; without one, of a demo city that is gone afterwards."""
    if given is not None:
        yield given
        return
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "city"
        print(f"a demo city of {pipes} pipes is made; name another one to measure that", flush=True)
        subprocess.run([sys.executable, "-c", _MAKE, str(place), str(pipes)], check=True)
        yield place
