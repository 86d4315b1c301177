"""What became of notices, as records: the ledger keeps them, a gateway's answers make them, and the desk shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    """What became of a notice to somebody; words are made in app.messages."""

    WAITING = "waiting"
    SENT = "sent"
    """Nobody knows whether it arrived at the gateway."""
    HANDED = "handed"
    """The gateway has it, and has not said yet what became of it."""
    TOLD = "told"
    REFUSED = "refused"
    NO_PHONE = "no_phone"


LEFT = frozenset({Fate.SENT, Fate.HANDED, Fate.TOLD})
"""Fates of what has left the house, or may have: whoever it was for may have read it."""


class Audience(StrEnum):
    """Who a notice is for: everybody affected, or one place where the public reads it."""

    CUSTOMERS = "customers"
    WEB = "web"
    MEDIA = "media"


PUBLIC = (Audience.WEB, Audience.MEDIA)
"""Audiences that get the long form, once."""


@dataclass(frozen=True)
class Row:
    """One recipient of one notice.

    Attributes:
        receipt: What the gateway gave for it; of what was refused, its reason.
        tries: How often it was sent.
    """

    recipient: str
    fate: Fate
    receipt: str
    tries: int
    at_ms: int


@dataclass(frozen=True)
class Delivery:
    """How a notice stands.

    Attributes:
        counts: Recipients by fate.
        reason: Why it was not finished; "" where it was.
    """

    counts: Mapping[Fate, int]
    reason: str = ""

    @property
    def finished(self) -> bool:
        """Whether nobody waits, and of nobody it is unknown whether he was told."""
        return not any(self.counts[fate] for fate in (Fate.WAITING, Fate.SENT, Fate.HANDED))

    @property
    def everyone(self) -> bool:
        """Whether all were told."""
        return self.finished and not self.counts[Fate.REFUSED] and not self.counts[Fate.NO_PHONE]
