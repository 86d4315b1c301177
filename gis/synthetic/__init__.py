"""The demo city: generated, because no licence allows shipping a real one."""

from gis.synthetic.city import FEWEST_PIPES, MOST_PIPES, generate_city

__all__ = ["FEWEST_PIPES", "MOST_PIPES", "generate_city"]
