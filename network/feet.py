"""The foot and the inch. Apart from :mod:`network.units`, so that the child that runs EPANET starts without NumPy."""

M_PER_FOOT = 0.3048
M_PER_INCH = 0.0254
