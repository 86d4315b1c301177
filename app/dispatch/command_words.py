"""Words of the command language: Chinese, pinyin initials, English; and what each verb must be told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.dispatch.entries import IncidentKind


class Slot(StrEnum):
    """What a verb is told. Words are made in app.messages."""

    KIND = "kind"
    PLACE = "place"
    INCIDENT = "incident"
    OTHER = "other"
    CREW = "crew"
    DEVICE = "device"
    ORDER = "order"
    STATION = "station"
    RULE = "rule"
    DIRECTION = "direction"
    CUSTOMERS = "customers"
    HOURS = "hours"
    TEXT = "text"
    REASON = "reason"


@dataclass(frozen=True)
class Verb:
    """One verb.

    Attributes:
        words: The Chinese word first, then initials, then English; then others that mean the same.
        slots: What follows, in order.
        may_lack: Slots that may stay empty.
    """

    name: str
    words: tuple[str, ...]
    slots: tuple[Slot, ...]
    may_lack: frozenset[Slot] = frozenset()

    def word(self, language: str) -> str:
        """Its word in *language*."""
        return self.words[0] if language == "zh_CN" else self.words[2]


def _verb(name: str, words: str, *slots: Slot, lacks: tuple[Slot, ...] = ()) -> Verb:
    return Verb(name, tuple(words.split()), slots, frozenset(lacks))


_ALL = (
    _verb("new", "新 x new", Slot.KIND, Slot.PLACE),
    _verb("send", "派 p send", Slot.CREW, Slot.INCIDENT),
    _verb("divert", "改派 gp divert", Slot.CREW, Slot.INCIDENT),
    _verb("accept", "接 j accept", Slot.CREW),
    _verb("arrived", "到 d arrived arrive", Slot.CREW),
    _verb("recall", "撤 c recall", Slot.CREW),
    _verb("standby", "待命 dm standby", Slot.CREW),
    _verb("off", "下班 xb off", Slot.CREW),
    _verb("barrier", "围 w barrier", Slot.INCIDENT, Slot.TEXT, lacks=(Slot.TEXT,)),
    _verb("utilities", "查 ch checked", Slot.INCIDENT, Slot.TEXT, lacks=(Slot.TEXT,)),
    _verb("stop", "定停 dt stop", Slot.INCIDENT, Slot.TEXT, lacks=(Slot.TEXT,)),
    _verb("notice", "告 gg notice", Slot.INCIDENT, Slot.TEXT, lacks=(Slot.TEXT,)),
    _verb("area", "范围 fw area", Slot.INCIDENT, Slot.TEXT),
    _verb("close", "关 g close", Slot.DEVICE, Slot.INCIDENT, Slot.REASON, lacks=(Slot.REASON,)),
    _verb("open", "开 k open", Slot.DEVICE, Slot.INCIDENT, Slot.REASON, lacks=(Slot.REASON,)),
    _verb("leave", "留 l leave", Slot.DEVICE, Slot.INCIDENT, Slot.REASON),
    _verb("forecast", "预计 yj forecast", Slot.INCIDENT, Slot.HOURS),
    _verb("supplied", "送水 ss tankers", Slot.INCIDENT, Slot.TEXT, lacks=(Slot.TEXT,)),
    _verb("water_off", "止水 zs dry", Slot.INCIDENT, Slot.TEXT, lacks=(Slot.TEXT,)),
    _verb("repaired", "修 xf repaired", Slot.INCIDENT, Slot.TEXT, lacks=(Slot.TEXT,)),
    _verb("flushed", "冲 cx flushed", Slot.INCIDENT, Slot.DIRECTION),
    _verb("water_back", "复 f restore 通水 ts water", Slot.INCIDENT, Slot.TEXT, lacks=(Slot.TEXT,)),
    _verb("confirmed", "确认 qr confirmed", Slot.INCIDENT, Slot.CUSTOMERS),
    _verb("cleared", "清 q cleared", Slot.INCIDENT, Slot.TEXT, lacks=(Slot.TEXT,)),
    _verb("fill_tank", "蓄水 xs filltank", Slot.INCIDENT, Slot.STATION),
    _verb("shut_inlet", "关进水 gjs shutinlet", Slot.INCIDENT, Slot.STATION),
    _verb("open_inlet", "开进水 kjs openinlet", Slot.INCIDENT, Slot.STATION),
    _verb("stop_pumps", "停泵 tb stoppumps", Slot.INCIDENT, Slot.STATION),
    _verb("start_pumps", "启泵 qb startpumps", Slot.INCIDENT, Slot.STATION),
    _verb("finish", "结 jj finish", Slot.INCIDENT, Slot.REASON, lacks=(Slot.REASON,)),
    _verb("reopen", "重开 ck reopen", Slot.INCIDENT, Slot.REASON),
    _verb("cancel", "取消 qx cancel", Slot.INCIDENT, Slot.REASON),
    _verb("merge", "并 b merge", Slot.INCIDENT, Slot.OTHER),
    _verb("note", "记 z note", Slot.INCIDENT, Slot.TEXT),
    _verb("waive", "免 m waive", Slot.INCIDENT, Slot.RULE, Slot.REASON),
    _verb("order", "令 dd order", Slot.CREW, Slot.DEVICE, Slot.INCIDENT, Slot.TEXT),
    _verb("read_back", "复诵 fs readback", Slot.ORDER),
    _verb("executed", "执行 zx executed", Slot.ORDER),
    _verb("reported", "回报 hb reported", Slot.ORDER),
    _verb("show", "看 s show", Slot.INCIDENT),
)

VERBS: Final = {verb.name: verb for verb in _ALL}
REPORT: Final = VERBS["new"]
"""The one verb whose words are a place to be found."""
_BY_WORD: Final = {word: verb for verb in _ALL for word in verb.words}

KIND_WORDS: Final = {
    IncidentKind.VISIBLE_LEAK: ("漏", "明漏", "l", "ml", "leak"),
    IncidentKind.HIDDEN_LEAK: ("暗漏", "暗", "al", "hidden"),
    IncidentKind.BURST: ("爆", "爆管", "b", "bg", "burst"),
    IncidentKind.NO_WATER: ("无水", "ws", "dry", "nowater"),
    IncidentKind.QUALITY: ("水质", "sz", "quality"),
    IncidentKind.STATION_FAILURE: ("站", "泵站", "站点", "bz", "z", "station"),
    IncidentKind.OTHER: ("其他", "qt", "other"),
}
_KIND_BY_WORD: Final = {word: kind for kind, words in KIND_WORDS.items() for word in words}


def verb_called(word: str) -> Verb | None:
    """The verb of that word, in any language; None where there is none."""
    return _BY_WORD.get(word.casefold())


def kind_called(word: str) -> IncidentKind | None:
    """The kind of incident of that word."""
    return _KIND_BY_WORD.get(word.casefold())
