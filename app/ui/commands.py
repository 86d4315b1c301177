"""The grammar of the command line: an optional verb, then what to look for; Chinese, pinyin initials or English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

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


NEW: Final = ("新", "x", "new")
KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "visible_leak": ("漏", "明漏", "l", "ml", "leak"),
    "hidden_leak": ("暗漏", "暗", "al", "hidden"),
    "burst": ("爆管", "爆", "b", "bg", "burst"),
    "no_water": ("无水", "ws", "nowater"),
    "quality": ("水质", "sz", "quality"),
    "station_failure": ("站", "站点", "z", "station"),
}
"""What is reported, after the word for "new"; a leak where nothing is said."""
_KIND_BY_WORD: Final = {word: kind for kind, words in KINDS.items() for word in words}


@dataclass(frozen=True)
class Command:
    """What somebody typed.

    Attributes:
        verb: One of :data:`VERBS`, "new" for a report, or "" for a plain search.
        text: What to look for.
        kind: Of a report, what is reported.
    """

    verb: str
    text: str
    kind: str = ""


def parse(typed: str) -> Command:
    """Read a line. A first word that is a verb counts as one only when something follows it.

    >>> parse("关 V4406")
    Command(verb='close', text='V4406', kind='')
    >>> parse("g")
    Command(verb='', text='g', kind='')
    >>> parse("x l qq100")
    Command(verb='new', text='qq100', kind='visible_leak')
    """
    words = typed.strip().removeprefix("/").split()
    if len(words) > 1 and words[0].casefold() in NEW:
        kind = _KIND_BY_WORD.get(words[1].casefold(), "")
        return Command("new", " ".join(words[2 if kind else 1 :]), kind or "visible_leak")
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
