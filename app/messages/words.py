"""One language's words for everything that the lower floors say by code."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

from app import resources
from app.messages import formats
from gis.faults import Fault, FaultKind

LANGUAGES = ("zh_CN", "en")
"""Languages of the console; the first is the default."""

Detail = Mapping[str, str | int | float]

_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
_PARAMETER = re.compile(r"\{(\w+)\}")
_HAN = "[\u4e00-\u9fff]"

_SECTIONS = {
    ("", "normal"): "position",
    ("", "current"): "position",
    ("", "condition"): "condition",
    ("", "flow"): "direction",
    ("", "closes"): "turning",
    ("pipe", "dn_basis"): "diameter_basis",
    ("pump", "kind"): "pump_kind",
    ("valve", "kind"): "device_kind",
    ("source", "kind"): "source_kind",
}
"""Where the words for the values of a column stand, by layer and column; "" stands for every layer."""


class MissingWordError(KeyError):
    """A code has no words in a catalogue: a fault of the program, found by the tests."""


def _fill(template: str, detail: Detail, *, close: bool = False) -> str:
    """*template* with its parameters.

    A part in square brackets is left out where one of its parameters is absent; ``{count|valve|valves}`` is the first
    word where *count* is one, else the second. *close* takes out spaces that part Chinese from Chinese.
    """

    def parameter(match: re.Match[str]) -> str:
        name = match.group(1)
        return formats.by_unit(name, detail[name]) if name in detail else formats.NO_VALUE

    def optional(match: re.Match[str]) -> str:
        names = _PARAMETER.findall(match.group(1))
        return match.group(1) if all(detail.get(name, "") != "" for name in names) else ""

    whole = formats.counted(_OPTIONAL.sub(optional, template), detail)
    return _PARAMETER.sub(parameter, _closed_up(whole, detail) if close else whole)


def _closed_up(template: str, detail: Detail) -> str:
    """*template* without a space between its Chinese and a parameter that is Chinese: one stands beside Latin alone."""
    for name, value in detail.items():
        if re.match(_HAN, str(value)):
            template = re.sub(f"(?<={_HAN}) (?={{{name}}})", "", template)
        if re.match(_HAN, str(value)[-1:]):
            template = re.sub(f"(?<={{{name}}}) (?={_HAN})", "", template)
    return template


@dataclass(frozen=True)
class Words:
    """The catalogue of one language.

    Attributes:
        language: ``zh_CN`` or ``en``.
        sections: Words by section and code, as the catalogue file has them.
    """

    language: str
    sections: Mapping[str, Mapping[str, str]]

    def has(self, section: str, code: str) -> bool:
        """Whether there are words for *code*."""
        return code in self.sections.get(section, {})

    def say(self, section: str, code: str, detail: Detail | None = None) -> str:
        """The words for *code*, with its parameters written by their units.

        Raises:
            MissingWordError: No words are catalogued for it.
        """
        return _fill(self._template(section, code), detail or {})

    def _template(self, section: str, code: str) -> str:
        try:
            return self.sections[section][code]
        except KeyError as missing:
            raise MissingWordError(f"{self.language}: {section}.{code}") from missing

    def name(self, section: str, code: str) -> str:
        """The words for a value of the data; the value itself where the data hold one that is not catalogued."""
        return self.say(section, code) if self.has(section, code) else code

    def crs(self, epsg: int) -> str:
        """The coordinate system's code; 0 stands for a local plane."""
        return f"EPSG:{epsg}" if epsg else self.say("place", "local_plane")

    def refusal(self, code: str, detail: Detail) -> str:
        """The sentence for a request that was refused; reasons of the operating system in this language."""
        symbol = str(detail.get("os_error", ""))
        if self.has("os_error", symbol):
            why = self.say("os_error", symbol)
            detail = {**detail, "why": why, "reason": why}
        if "device_kind" in detail:
            detail = {**detail, "device_kind": self.name("device_kind", str(detail["device_kind"]))}
        if code.startswith("hub.") and self.has("hub_kind", family := str(detail.get("what", "")).partition(".")[0]):
            named = {"family": self.name("hub_kind", family), "kind": str(detail["what"])}
            detail = {**detail, "what": self.say("hub_kind", "named", named)}
        return self.say("failed", code, detail)

    def fault(self, fault: Fault) -> str:
        """One sentence for *fault*: what is wrong, with its parameters."""
        named = {"layer": self.name("layer", fault.layer), "feature": fault.feature}
        more = {"kind": self._fault_name(fault)} if fault.kind is FaultKind.TOO_MANY else self._taken(fault)
        return _fill(self._template("fault", fault.kind), {**named, **fault.detail, **more}, close=True)

    def _taken(self, fault: Fault) -> Detail:
        """What a word or a missing value was taken for, in the words for values of its column."""
        column, taken = str(fault.detail.get("column", "")), fault.detail.get("taken", "")
        section = _SECTIONS.get((fault.layer, column)) or _SECTIONS.get(("", column))
        return {"taken": self.name(section, str(taken))} if section and taken else {}

    def _fault_name(self, fault: Fault) -> str:
        return self.say("fault_name", str(fault.detail["kind"]))

    def fault_action(self, fault: Fault) -> str:
        """What was done about *fault*."""
        return self.say("action", fault.action)


def load_words(language: str) -> Words:
    """Read the catalogue of *language*.

    Raises:
        FileNotFoundError: There is no such catalogue.
    """
    path = resources.folder("messages") / f"{language}.toml"
    return Words(language, tomllib.loads(path.read_text(encoding="utf-8")))
