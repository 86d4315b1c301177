"""What the window asks about editing, proposals and mending, and what comes back. Frozen, picklable, no Qt.

Features go by their ids here, never by rows: an edit gives the city's tables other rows. After one the window maps the
arrays anew (:class:`CityRenewed`) and says so (:class:`TakeUp`); until then the desk refuses whatever names rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import numpy as np

from app.mend_requests import MendReply, MendRequest
from network.columns import Float64

XY: TypeAlias = tuple[float, float]
FieldValue: TypeAlias = str | float | int | bool | None
"""A field's value; None is "not recorded"."""


@dataclass(frozen=True)
class FieldView:
    """One field of a form.

    Attributes:
        kind: text, real, integer or flag.
        unit: As it is written, "" without one.
        words: The words that it may hold; empty where anything goes.
        low, high: Lowest and highest believable number; None without limits.
        required: Whether a feature cannot do without it.
        observed: Whether it is observed on the spot, not edited: the journal has facts of its own for it.
        common: What the city writes there most often, for completion.
    """

    name: str
    kind: str
    unit: str = ""
    words: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    required: bool = False
    observed: bool = False
    common: tuple[str, ...] = ()


@dataclass(frozen=True)
class Told:
    """A feature as it stands, or as it would be.

    Attributes:
        fields: What is recorded of it.
        xy_m: Vertices in the project CRS: one of a point, two or more of a line.
        from_node, to_node: Nodes at the ends of a pipe, "" where closeness alone ties them.
    """

    layer: str
    id: str
    fields: Mapping[str, FieldValue] = field(default_factory=dict)
    xy_m: tuple[XY, ...] = ()
    from_node: str = ""
    to_node: str = ""


@dataclass(frozen=True)
class EditDraft:
    """An edit that somebody has in hand.

    Attributes:
        do: ``set`` (fields), ``place`` (draw anew), ``move_node``, ``split``, ``put_valve``, ``put_junction``,
            ``stand_on`` (a valve or pump onto *pipe*), ``add`` (a point or a line that is no pipe), ``draw_pipe``,
            ``delete``.
        layer, id: The feature; of ``move_node`` the node.
        xy_m: Where, project CRS: one place, or the vertices of a line.
        fields: What is written into it.
        pipe: The pipe that it stands on.
        snap_m: How far the ends of a pipe that is drawn are drawn to what is there.
    """

    do: str
    layer: str
    id: str
    xy_m: tuple[XY, ...] = ()
    fields: Mapping[str, FieldValue] = field(default_factory=dict)
    pipe: str = ""
    snap_m: float = 0.5


@dataclass(frozen=True)
class ValveSeen:
    """What somebody saw of a valve; "" says nothing of that part."""

    valve: str
    position: str = ""
    condition: str = ""


@dataclass(frozen=True)
class AskFeature:
    """A feature for a form; with the id "" a blank one with a free id. Answer: :class:`FeatureTold`."""

    layer: str
    id: str = ""


@dataclass(frozen=True)
class PreviewEdit:
    """What an edit would do. Answer: :class:`EditPreviewed`."""

    draft: EditDraft


@dataclass(frozen=True)
class MakeEdit:
    """Make an edit. Answer: :class:`EditMade`.

    Attributes:
        seen: The features as its author saw them: where one has been changed meanwhile nothing is written.
        observed: What was seen of a valve at the same time.
    """

    draft: EditDraft | None
    why: str
    seen: tuple[Told, ...] = ()
    observed: ValveSeen | None = None


@dataclass(frozen=True)
class UndoEdits:
    """Take edits back, in this order. Answer: :class:`EditMade`."""

    edits: tuple[str, ...]


@dataclass(frozen=True)
class ListEdits:
    """The latest edits. Answer: :class:`EditsListed`."""

    most: int = 200


@dataclass(frozen=True)
class FileProposal:
    """Put a correction on the list. Answer: :class:`ProposalsListed`."""

    draft: EditDraft | None
    why: str
    observed: ValveSeen | None = None


@dataclass(frozen=True)
class ListProposals:
    """What waits for a decision; what QGIS changed is put on the list first. Answer: :class:`ProposalsListed`."""


@dataclass(frozen=True)
class DecideProposals:
    """Accept or refuse proposals. Answer: :class:`ProposalsDecided`."""

    proposals: tuple[str, ...]
    accept: bool
    why: str


@dataclass(frozen=True)
class CatchUp:
    """Take in what others wrote since. Answer: :class:`CityRenewed`, or :class:`NothingNew`."""


@dataclass(frozen=True)
class TakeUp:
    """The window has mapped the arrays of *revision*: rows are its rows from now on. Answer: :class:`TakenUp`."""

    revision: str


EditRequest = (
    AskFeature
    | PreviewEdit
    | MakeEdit
    | UndoEdits
    | ListEdits
    | FileProposal
    | ListProposals
    | DecideProposals
    | MendRequest
    | CatchUp
    | TakeUp
)


@dataclass(frozen=True)
class FeatureTold:
    """A feature and its form.

    Attributes:
        naming: How many other features name it.
    """

    told: Told
    form: tuple[FieldView, ...]
    blank: bool = False
    naming: int = 0


@dataclass(frozen=True, eq=False)
class SegmentView:
    """One segment around an edit.

    Attributes:
        pipes: How many mains have a part in it.
        out: Customers without water while a leak in it is shut off.
        feasible: Whether closing valves stops the water there.
        offsets, xy_m: Its stretches as lines, project CRS: line i owns vertices ``offsets[i]`` to ``offsets[i + 1]``.
    """

    pipes: int
    length_m: float
    out: int
    feasible: bool = True
    offsets: np.ndarray = field(default_factory=lambda: np.zeros(1, dtype=np.int64))
    xy_m: Float64 = field(default_factory=lambda: np.empty((0, 2)))


@dataclass(frozen=True, eq=False)
class EditPreviewed:
    """An edit before it is made.

    Attributes:
        before, after: The features that it touches, as they are and as they would be.
        segments_before, segments_after: Those of the segments around it that it changes, largest first.
        components: Parts of the network that meet one another nowhere, before and after.
        naming: How many features name what is deleted.
        settled: False where the surroundings do not tell what becomes of the segments.
    """

    before: tuple[Told, ...]
    after: tuple[Told, ...]
    segments_before: tuple[SegmentView, ...] = ()
    segments_after: tuple[SegmentView, ...] = ()
    components: tuple[int, int] = (0, 0)
    naming: int = 0
    settled: bool = True


@dataclass(frozen=True)
class CityRenewed:
    """The city's arrays have changed: those of *revision* lie in *cache*.

    Attributes:
        assumed_valves, assumed_sources, pipes, customers, events: As in ``WorkspaceOpened``.
    """

    cache: Path
    revision: str
    assumed_valves: int
    assumed_sources: int
    pipes: int
    customers: int
    events: int


@dataclass(frozen=True)
class NothingNew:
    """Nobody wrote anything; the journal holds so many events."""

    events: int


@dataclass(frozen=True)
class TakenUp:
    """Rows are the window's again."""


@dataclass(frozen=True)
class EditMade:
    """The journal holds it.

    Attributes:
        edits: Their names: with these they are undone.
        segments: How many segments the city had before, and has now.
        renewed: None where nothing of the network changed.
    """

    edits: tuple[str, ...]
    segments: tuple[int, int]
    events: int
    renewed: CityRenewed | None = None


@dataclass(frozen=True)
class EditEntry:
    """One edit in the list.

    Attributes:
        at_ms: When, UTC.
        origin: window, command, qgis, mending, proposal or undo.
        what: add, set or delete, of its first change.
        layer, id: The feature of its first change.
        fields: Fields that the first change wrote; ``@place`` for a place.
        changes: How many features it changed.
        undone: Whether it does not stand any more.
        undoes: The edit that it takes back, "" for none.
        mine: Whether this operator made it.
    """

    edit: str
    at_ms: int
    actor: str
    origin: str
    why: str
    what: str
    layer: str
    id: str
    fields: tuple[str, ...]
    changes: int
    undone: bool
    undoes: str
    mine: bool


@dataclass(frozen=True)
class EditsListed:
    """The latest edits, newest first.

    Attributes:
        undo, redo: What this operator's next step back or forward would take back, "" for nothing.
    """

    entries: tuple[EditEntry, ...]
    undo: str = ""
    redo: str = ""


@dataclass(frozen=True)
class ProposedChange:
    """One feature of a proposal: what it would become.

    Attributes:
        what: add, set or delete.
        before: As it stands; None for a new one, or one that has gone.
        after: As it would be; None for one to be deleted.
    """

    what: str
    layer: str
    id: str
    before: Told | None
    after: Told | None


@dataclass(frozen=True)
class ProposalView:
    """A proposal that waits.

    Attributes:
        at_ms: When it was made, UTC.
        observed: What was seen of a valve; None where it says nothing of one.
        xy_m: Where on the map; None where nothing of it has a place.
    """

    id: str
    at_ms: int
    actor: str
    origin: str
    why: str
    changes: tuple[ProposedChange, ...]
    observed: ValveSeen | None
    xy_m: XY | None


@dataclass(frozen=True)
class ProposalsListed:
    """What waits, oldest first.

    Attributes:
        filed: The one that has just been filed, "" for none.
        taken_in: How many were made of what other programs had changed.
    """

    proposals: tuple[ProposalView, ...]
    events: int
    filed: str = ""
    taken_in: int = 0


@dataclass(frozen=True)
class NotDecided:
    """A proposal that could not be carried out: it waits on. Code and parameters for app.messages."""

    proposal: str
    code: str
    detail: Mapping[str, str | int | float]


@dataclass(frozen=True)
class ProposalsDecided:
    """What became of them; *left* wait on."""

    decided: tuple[str, ...]
    left: tuple[NotDecided, ...]
    listed: ProposalsListed
    renewed: CityRenewed | None = None


EditReply = (
    FeatureTold
    | EditPreviewed
    | EditMade
    | EditsListed
    | ProposalsListed
    | ProposalsDecided
    | MendReply
    | CityRenewed
    | NothingNew
    | TakenUp
)
