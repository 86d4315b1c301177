"""Stores of cities, and a database with PostGIS."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from servers import Postgres, postgres, postgres_programs
from stores import Maker, postgis, spatialite


@pytest.fixture(scope="session")
def postgis_server() -> Iterator[Postgres]:
    """A PostgreSQL server of this run that has PostGIS."""
    programs = postgres_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not on this machine: python3 tools/set_up.py test")
    with postgres(programs) as server:
        server.skip_without_postgis()
        yield server


@pytest.fixture
def postgis_database(postgis_server: Postgres) -> Iterator[str]:
    """Address of an empty database that may have PostGIS."""
    with postgis_server.empty("each") as address:
        yield address


@pytest.fixture(params=("spatialite", "postgis"))
def maker(request: pytest.FixtureRequest, tmp_path: Path) -> Maker:
    """Each kind of store in turn."""
    if request.param == "spatialite":
        return spatialite(tmp_path)
    return postgis(request.getfixturevalue("postgis_database"))
