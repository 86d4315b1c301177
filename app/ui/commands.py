"""Lines that look something up: an optional verb, then what to look for; Chinese, pinyin initials or English.

What the dispatch desk does by a line stands in :mod:`app.dispatch.commands`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.dispatch.command_words import REPORT, kind_called, verb_called
from app.dispatch.commands import NewReport, report_of
from app.dispatch.entries import IncidentKind
from network.assets import Condition, Position

VERBS: Final = {
    "close": ("关", "g", "close"),
    "open": ("开", "k", "open"),
    "stuck": ("卡死", "卡", "ks", "stuck"),
    "passing": ("关不严", "gby", "passing"),
    "operable": ("可操作", "kcz", "operable"),
    "isolate": ("隔离", "gl", "isolate"),
    "upstream": ("上游", "sy", "upstream"),
    "downstream": ("下游", "xy", "downstream"),
    "section": ("纵断面", "断面", "zdm", "section"),
}
"""Words of each verb. What a verb does to a valve is a supposition of this plan."""

_BY_WORD: Final = {word: verb for verb, words in VERBS.items() for word in words}


@dataclass(frozen=True)
class Command:
    """What somebody typed.

    Attributes:
        verb: One of :data:`VERBS`, "new" for a report, or "" for a plain search.
        text: What to look for.
        report: What is reported, where something is.
    """

    verb: str
    text: str
    report: NewReport | None = None


def parse(typed: str) -> Command:
    """Read a line. A first word that is a verb counts as one only when something follows it.

    A report is read as the desk's language reads it; where its kind is not said it is a visible leak.

    >>> parse("关 V4406")
    Command(verb='close', text='V4406', report=None)
    >>> parse("g")
    Command(verb='', text='g', report=None)
    >>> parse("x l DN300 qq100").text
    'qq100'
    """
    words = typed.strip().removeprefix("/").split()
    if len(words) > 1 and verb_called(words[0]) is REPORT:
        kind = kind_called(words[1])
        report = report_of(kind or IncidentKind.VISIBLE_LEAK, words[1:] if kind is None else words[2:])
        return Command("new", report.place, report)
    if len(words) > 1 and words[0].casefold() in _BY_WORD:
        return Command(_BY_WORD[words[0].casefold()], " ".join(words[1:]))
    return Command("", " ".join(words))


def supposition(verb: str) -> tuple[Position | None, Condition | None]:
    """What *verb* supposes of a valve."""
    suppositions: dict[str, tuple[Position | None, Condition | None]] = {
        "close": (Position.CLOSED, None),
        "open": (Position.OPEN, None),
        "stuck": (None, Condition.INOPERABLE),
        "passing": (None, Condition.PASSING),
        "operable": (None, Condition.OPERABLE),
    }
    return suppositions.get(verb, (None, None))
