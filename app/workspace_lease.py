"""A workspace that was taken along on a laptop: whose it is, and until when it may be written.

After that it can still be read, and what was written in it can still be brought home.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.errors import AppError
from app.journal.events import milliseconds
from app.times import CITY_TIME
from app.workspace_files import LAPTOP, keep_settings, settings_in


@dataclass(frozen=True)
class Lease:
    """What ``laptop.json`` says.

    Attributes:
        laptop: The laptop's id, made from its key.
        order: Id of the order that its journal follows: of a hub, or of a workspace that keeps its own.
        until_ms: The last moment at which it may be written, UTC.
        console: Public key of the console that handed it out: by this one answers are signed.
        home: Devices that had written before it was taken: what they wrote did not begin here.
        missing: Pictures of this laptop that the centre asked for in its last answer, by hash.
    """

    laptop: str
    order: str
    until_ms: int
    console: str
    home: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def lease_of(folder: Path) -> Lease | None:
    """The lease of the workspace in *folder*; None where it is no laptop's.

    Raises:
        AppError: ``laptop.settings_damaged``.
    """
    path = folder / LAPTOP
    try:
        said = settings_in(path)
        if said is None:
            return None
        words = (str(said["laptop"]), str(said["order"]), int(said["until_ms"]), str(said["console"]))
        return Lease(*words, *(tuple(map(str, said[name])) for name in ("home", "missing")))
    except (KeyError, TypeError, ValueError) as error:
        raise AppError("laptop.settings_damaged", path=str(path)) from error


def keep_lease(folder: Path, lease: Lease) -> None:
    """Write *lease* down, whole or not at all."""
    keep_settings(folder / LAPTOP, asdict(lease))


def shown_minute(at_ms: int) -> str:
    """The moment *at_ms* as the city's clocks show it."""
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(CITY_TIME):%Y-%m-%d %H:%M}"


def refuse_expired(lease: Lease | None, now: datetime) -> None:
    """Raise :class:`AppError` ``laptop.expired`` where *lease* has run out."""
    if lease is not None and milliseconds(now) > lease.until_ms:
        raise AppError("laptop.expired", until=shown_minute(lease.until_ms))
