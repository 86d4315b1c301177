"""From lines and points to a network: ids where they are sound, geometry within a tolerance otherwise."""

from gis.noding.build import Progress, build_city
from gis.noding.options import DEFAULT_TOLERANCE_M, Noded, NodingOptions, NodingWay

__all__ = ["DEFAULT_TOLERANCE_M", "Noded", "NodingOptions", "NodingWay", "Progress", "build_city"]
