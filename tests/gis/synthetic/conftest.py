from __future__ import annotations

import pytest

from gis.layers import LayerSet
from gis.noding import NodingOptions, build_city
from gis.noding.options import Noded
from gis.synthetic import generate_city


@pytest.fixture(scope="session")
def demo_city() -> LayerSet:
    """The city that a first start shows."""
    return generate_city(20_000, 1)


@pytest.fixture(scope="session")
def demo_noded(demo_city: LayerSet) -> Noded:
    return build_city(demo_city, NodingOptions())
