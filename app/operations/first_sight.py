"""The first picture of a workspace that was open before: shown while its desk still reads and compares.

It must never show what is no longer so. Arrays are taken whose every byte fits its checksum, device states only where
nothing in the journal has said anything of the network since they were kept, and this program folds it as the one that
kept them did.
"""

from __future__ import annotations

import logging
from pathlib import Path

from app.early_city import EarlyCity, KeptSight, data_of
from app.journal.fold import CARRIED_KINDS, FOLD_VERSION
from app.journal.log import Journal
from app.workspace_files import CACHE, JOURNAL, NETWORK, refuse_stranger
from gis.cache import open_tables, stamp_of
from gis.compared import open_compared
from gis.scene.scene import Scene
from gis.stores.revision import stored_revision
from network.errors import CodedError
from network.topology import City

_LOG = logging.getLogger(__name__)

SIGHT = "sight"
"""Name of the arrays that :class:`~app.early_city.KeptSight` is kept as."""


def early_city(folder: Path) -> EarlyCity | None:
    """What can be shown of the workspace in *folder* at once; None where that is not certain. Changes nothing."""
    folder = folder.absolute()
    try:
        refuse_stranger(folder)
        return _early(folder)
    except (CodedError, OSError) as error:
        # Never opened here, edited, damaged: whoever opens it makes what is missing, and tells what is wrong.
        _LOG.info("%s is not shown before it is open: %s", folder, error)
        return None


def _early(folder: Path) -> EarlyCity | None:
    cache = folder / CACHE
    revision = stamp_of(cache, SIGHT)
    kept = open_tables(cache, SIGHT, KeptSight, revision)
    city, scene = open_compared(cache, "city", City, revision), open_compared(cache, "scene", Scene, revision)
    # Looked at when all is mapped: another window's edit may have put others in their place meanwhile.
    if data_of(cache) != kept.data or not _is_of(folder, revision) or not _stands(folder, kept):
        return None
    return EarlyCity(folder, cache, kept.data, revision, city, scene, kept.states)


def _is_of(folder: Path, revision: str) -> bool:
    """Whether *revision* is of the import in the network file, with or without edits since."""
    imported = stored_revision(folder / NETWORK)
    return revision == imported or revision.startswith(f"{imported}-")


def _stands(folder: Path, kept: KeptSight) -> bool:
    """Whether nothing was said of the network since *kept*, the journal was not set back, and it is folded as then."""
    if kept.fold != FOLD_VERSION:
        return False
    heads = kept.heads
    journal = Journal.open(folder / JOURNAL, readonly=True)
    try:
        now = journal.heads()
        behind = any(now.get(dev, 0) < last for dev, last in heads.items())
        return not behind and not journal.differ(heads, now, CARRIED_KINDS)
    finally:
        journal.close()
