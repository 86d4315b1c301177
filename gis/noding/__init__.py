"""From lines and points to a network: ids where they are sound, geometry within a tolerance otherwise."""

from gis.noding.build import build_city
from gis.noding.options import DEFAULT_TOLERANCE_M, Noded, NodingOptions, NodingWay

__all__ = ["DEFAULT_TOLERANCE_M", "Noded", "NodingOptions", "NodingWay", "build_city"]
