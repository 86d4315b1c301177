"""What tests of the hub share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hub_staff import Staff, staff_of
from servers import Postgres


@pytest.fixture
def staff(postgres_server: Postgres, database: str, tmp_path: Path) -> Iterator[Staff]:
    """A new hub, and nobody there yet."""
    with staff_of(postgres_server, database, tmp_path) as made:
        yield made
