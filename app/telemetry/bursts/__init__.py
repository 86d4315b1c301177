"""Bursts found from pressures: what each logger should read, how far it is off, since when, and where the water goes.

Nothing here knows a feed, a store or a screen: arrays of shape (ticks, loggers) in, frozen records out.
"""
