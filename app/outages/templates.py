"""Notices by template: texts with values in braces, parts in square brackets left out where a value in them is empty.

A file with an error is refused whole, with the place of the error; the one in use stays.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from app.errors import AppError
from app.resources import folder

VALUES = (
    "title", "start", "end", "window", "duration", "area", "bounds", "streets", "communities", "reason", "supply",
    "traffic", "households", "customers", "number", "earlier",
)  # fmt: skip
"""What a template may name."""

LONGEST_SIGNS = 4_000
_PART = re.compile(r"\[([^\[\]]*)\]")
_VALUE = re.compile(r"\{(\w+)\}")


class NoticeKind(StrEnum):
    """Which notice."""

    PLANNED = "planned"
    RESTORED = "restored"
    CALLED_OFF = "called_off"


class NoticeForm(StrEnum):
    """Where it stands: on the web and in the media, or in a short message."""

    WEB = "web"
    SMS = "sms"


_LATER = frozenset({NoticeKind.CALLED_OFF})
"""Notices that files of earlier versions do not have: the program's own stand in for them."""

_TIMES = ({"window"}, {"start", "end"})
"""A notice of an outage to come is nothing without one of these; and each names its area."""


@dataclass(frozen=True)
class Templates:
    """The notices of one language."""

    texts: Mapping[tuple[NoticeKind, NoticeForm], str]

    def filled(self, kind: NoticeKind, form: NoticeForm, values: Mapping[str, str]) -> str:
        """The notice with its *values*; those that are not given count as empty. Their braces mean nothing."""

        def part(match: re.Match[str]) -> str:
            names = _VALUE.findall(match[1])
            return match[1] if all(values.get(name) for name in names) else ""

        text = _PART.sub(part, self.texts[kind, form])
        return _VALUE.sub(lambda match: values.get(match[1], ""), text).strip()


def standard_templates(language: str) -> Templates:
    """The notices that come with the program."""
    return read_templates(folder("notices") / f"{language}.toml")


def read_templates(path: Path, standard: Templates | None = None) -> Templates:
    """The notices in *path*; one that files had not at first is taken from *standard* where it is not there.

    Raises:
        AppError: ``notice.not_read``; ``notice.wrong`` with the notice and what is wrong in it.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        # ValueErrors are also TOML's own, Unicode's, and numbers of thousands of digits; nesting may be too deep.
        raise AppError("notice.not_read", file=path.name, reason=str(error)) from error
    texts: dict[tuple[NoticeKind, NoticeForm], str] = {}
    for kind in NoticeKind:
        for form in NoticeForm:
            table = values.get(kind.value)
            if table is None and kind in _LATER:
                texts |= {} if standard is None else {(kind, form): standard.texts[kind, form]}
                continue
            text = table.get(form.value) if isinstance(table, dict) else None
            texts[kind, form] = _checked(kind, form, text)
    unknown = [name for name in values if name not in {kind.value for kind in NoticeKind}]
    if unknown:
        raise AppError("notice.wrong", notice=unknown[0], found="?")
    return Templates(texts)


def _checked(kind: NoticeKind, form: NoticeForm, text: object) -> str:
    where = f"{kind.value}.{form.value}"
    if not isinstance(text, str) or not 0 < len(text) <= LONGEST_SIGNS:
        raise AppError("notice.wrong", notice=where, found="")
    rest = _VALUE.sub("", _PART.sub(r"\1", text))
    stray = next((sign for sign in rest if sign in "{}[]"), None)
    if stray is not None:
        raise AppError("notice.wrong", notice=where, found=stray)
    named = set(_VALUE.findall(text))
    unknown = sorted(named.difference(VALUES))
    if unknown:
        raise AppError("notice.wrong", notice=where, found=f"{{{unknown[0]}}}")
    always = set(_VALUE.findall(_PART.sub("", text)))
    if kind is NoticeKind.PLANNED and not any(times <= always for times in _TIMES):
        missing = sorted(_TIMES[1] - always) if always & _TIMES[1] else ["window"]
        raise AppError("notice.lacks", notice=where, value=f"{{{missing[0]}}}")
    if kind is NoticeKind.CALLED_OFF:
        if not always & {"start", "window"}:
            raise AppError("notice.lacks", notice=where, value="{start}")
        return text
    if not always & {"area", "bounds", "streets", "communities"}:
        # P4: a notice names its area.
        raise AppError("notice.lacks", notice=where, value="{area}")
    return text
