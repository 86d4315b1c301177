"""A laptop goes out, says something there, and comes home: for pictures of what is then disputed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from app.dispatch.acts import Act
from app.operations.bundling import bundle, merge
from app.operations.dispatch import carry_out, open_dispatch
from app.operations.dispatch_rules import standards_of
from app.operations.edit import Author
from app.operations.taking import Along, take
from app.workspace import open_workspace


def laptop_round(
    folder: Path, holder: str, acts: Sequence[Act], meanwhile: Callable[[], None], now: datetime, actor: str
) -> None:
    """Have *holder* do *acts* on a laptop out of the workspace in *folder*, and merge them after *meanwhile*.

    Raises:
        AppError: What taking, bundling and merging refuse.
        GisError: What the store raises.
    """
    with TemporaryDirectory() as away:
        laptop, stick = Path(away) / "laptop", Path(away) / "home.sluice"
        take(folder, laptop, Along(holder, 14), now, actor, lambda *_: None)
        with closing(open_workspace(laptop)) as opened:
            field = open_dispatch(opened, standards_of(laptop))
            for act in acts:
                field, _ = carry_out(field, act, Author(holder), now)
        bundle(laptop, stick, now)
        meanwhile()
        merge(folder, stick, now, actor)
