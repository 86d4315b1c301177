"""What the network lets expect where instruments stand: how far water can rise or flow there, and beside whom.

The desk process, which knows pipes and pumps, finds it (:mod:`app.operations.instrument_sites`); the recorder compares.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Site:
    """What the network says of the place of one instrument.

    Attributes:
        channel: Its id.
        area: Name of the area in which pressures hang together; "" where it stands on no main.
        elevation_m: Of the instrument; None where nobody recorded one.
        most: The most that can be there, in the unit inside: what sources and pumps that feed it let rise, or what its
            main carries; None where that is not known.
    """

    channel: str
    area: str = ""
    elevation_m: float | None = None
    most: float | None = None
