"""A gateway whose requests and answers are described by a file: most operators of short messages need no more.

One message a request. What the file says is checked when it is read; its secret comes from the desktop's keyring or a
file of its own, so that the description itself may lie about. The format: docs/planned-outages.md.
"""

from __future__ import annotations

import http.client
import json
import re
import tomllib
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from app.errors import AppError
from app.outages.gateway import LARGEST_BYTES, OPENER, Answer, Message, NoAnswer, refuse_no_server
from gis.stores.secrets_kept import Keyring, SystemKeyring

ENTRY: Final = "gateway {name}"
"""As what a gateway's secret stands in the keyring."""
_NEVER_ARRIVED: Final = frozenset({401, 403, 404, 405, 429, 503})
"""Statuses by which a server says that it has not done what it was asked."""
_UNKNOWN: Final = 404
_PLACE: Final = re.compile(r"\{(id|to|text|secret|replaces)\}")


@dataclass(frozen=True)
class Match:
    """One value in an answer: where it stands, and what it must be.

    Attributes:
        path: Keys and places joined by dots, such as ``data.0.status``.
        among: Any of these, compared as texts; empty for anything that says something.
    """

    path: str
    among: tuple[str, ...] = ()

    def holds(self, answer: object) -> bool:
        """Whether *answer* says so."""
        found = value_at(answer, self.path)
        return found in self.among if self.among else bool(found)


@dataclass(frozen=True)
class Ask:
    """One request and how its answer is read.

    Attributes:
        body: JSON, or fields of a form; texts in it are filled; None for none.
        accepted, refused, pending: What the answer says then; None where the status alone tells, or nothing does.
        receipt, error: Where the receipt and the reason stand; "" for nowhere.
    """

    url: str
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: object = None
    as_form: bool = False
    accepted: Match | None = None
    refused: Match | None = None
    pending: Match | None = None
    receipt: str = ""
    error: str = ""


@dataclass(frozen=True)
class Form:
    """What the file says.

    Attributes:
        status: How it is asked what became of a message; None where it cannot be.
        idempotent: Whether a message sent again under its id is not sent twice.
        handed: Whether an accepted message is on its way only, and *status* says when it is told.
        refused_statuses: HTTP statuses by which this very message is refused.
    """

    send: Ask
    status: Ask | None = None
    idempotent: bool = False
    handed: bool = False
    refused_statuses: frozenset[int] = frozenset()
    timeout_s: float = 20.0
    secret: str = field(default="", repr=False)


class FormGateway:
    """A gateway that is asked as a :class:`Form` says."""

    largest = 1
    """What is not answered is one message: nobody else is left in doubt by it."""

    def __init__(self, form: Form) -> None:
        self._form = form

    def send(self, messages: Sequence[Message]) -> Sequence[Answer] | NoAnswer:
        """Ask for each; the first that is not answered ends it."""
        answers: list[Answer] = []
        for message in messages:
            said = self._sent(message)
            if isinstance(said, NoAnswer):
                return answers or said
            answers.append(said)
        return answers

    def _sent(self, message: Message) -> Answer | NoAnswer:
        ask, said = self._form.send, self._asked(self._form.send, message)
        if isinstance(said, NoAnswer):
            return said
        status, answer = said
        if status in self._form.refused_statuses or (ask.refused is not None and ask.refused.holds(answer)):
            return Answer(message.id, error=value_at(answer, ask.error) or f"HTTP {status}")
        if not 200 <= status < 300:
            return NoAnswer(status in _NEVER_ARRIVED, f"HTTP {status} {value_at(answer, ask.error)}".strip())
        if ask.accepted is not None and not ask.accepted.holds(answer):
            reason = value_at(answer, ask.error) or value_at(answer, ask.accepted.path)
            return NoAnswer(False, reason or "?") if answer is None else Answer(message.id, error=reason or "?")
        if self._form.handed:
            return Answer(message.id, on_its_way=True)
        return Answer(message.id, value_at(answer, ask.receipt) or message.id)

    def taken(self, ids: Sequence[str]) -> Sequence[Answer] | NoAnswer:
        """Ask what became of each; where it cannot be asked nobody knows, unless sending again does no harm."""
        if self._form.status is None:
            return () if self._form.idempotent else NoAnswer(False, "no [status]")
        found = []
        for one in ids:
            said = self._became(self._form.status, one)
            if isinstance(said, NoAnswer):
                return said
            found += [said] if said is not None else []
        return found

    def _became(self, ask: Ask, name: str) -> Answer | NoAnswer | None:
        """What became of one message; None where the gateway does not know it."""
        said = self._asked(ask, Message(name, "", ""))
        if isinstance(said, NoAnswer):
            return said
        status, answer = said
        if status == _UNKNOWN:
            return None
        if not 200 <= status < 300:
            return NoAnswer(False, f"HTTP {status}")
        if ask.refused is not None and ask.refused.holds(answer):
            return Answer(name, error=value_at(answer, ask.error) or "?")
        if ask.pending is not None and ask.pending.holds(answer):
            return Answer(name, on_its_way=True)
        is_told = ask.accepted.holds(answer) if ask.accepted is not None else bool(value_at(answer, ask.receipt))
        return Answer(name, value_at(answer, ask.receipt) or name) if is_told else None

    def _asked(self, ask: Ask, message: Message) -> tuple[int, object] | NoAnswer:
        """Status and answer of one request."""
        values = {**message.record, "replaces": message.replaces, "secret": self._form.secret}
        url = _filled(ask.url, {name: urllib.parse.quote(value, safe="") for name, value in values.items()})
        body = _filled_all(ask.body, values)
        data, kind = None, "application/json"
        if ask.as_form and isinstance(body, dict):
            data, kind = urllib.parse.urlencode(body).encode(), "application/x-www-form-urlencoded"
        elif body is not None:
            data = json.dumps(body, ensure_ascii=False).encode()
        headers = {"Content-Type": kind, **{name: _filled(text, values) for name, text in ask.headers.items()}}
        request = urllib.request.Request(url, data=data, headers=headers, method=ask.method)  # noqa: S310 - looked at
        try:
            with OPENER.open(request, timeout=self._form.timeout_s) as answer:
                return answer.status, _read(answer.read(LARGEST_BYTES))
        except urllib.error.HTTPError as error:
            with error:
                return error.code, _read(error.read(LARGEST_BYTES))
        except urllib.error.URLError as error:
            return NoAnswer(isinstance(error.reason, ConnectionRefusedError), str(error.reason))
        except (http.client.HTTPException, OSError, ValueError) as error:
            return NoAnswer(False, str(error) or type(error).__name__)


def value_at(answer: object, path: str) -> str:
    """What stands at *path* as a text; "" where nothing does.

    >>> value_at({"data": [{"id": 7}]}, "data.0.id"), value_at({}, "data.id")
    ('7', '')
    """
    found: Any = answer
    for part in path.split(".") if path else ("",):
        if isinstance(found, dict):
            found = found.get(part)
        elif isinstance(found, list) and part.isdecimal() and int(part) < len(found):
            found = found[int(part)]
        else:
            return ""
    return "" if found is None or isinstance(found, dict | list) else str(found)[:200]


def _read(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        # A gateway may answer in plain words; what is to be read in it is not there then.
        return None


def _filled(text: str, values: Mapping[str, str]) -> str:
    """What stands in braces filled in, once: braces in a notice's own words are words."""
    return _PLACE.sub(lambda found: values.get(found[1], ""), text)


def _filled_all(value: object, values: Mapping[str, str]) -> object:
    if isinstance(value, str):
        return _filled(value, values)
    if isinstance(value, dict):
        return {name: _filled_all(one, values) for name, one in value.items()}
    return [_filled_all(one, values) for one in value] if isinstance(value, list) else value


_ASK: Final[Mapping[str, type | tuple[type, ...]]] = {
    "url": str, "method": str, "headers": dict, "json": (dict, list), "form": dict, "accepted": dict, "refused": dict,
    "pending": dict, "receipt": str, "error": str,
}  # fmt: skip
_TOP: Final[Mapping[str, type | tuple[type, ...]]] = {
    "send": dict, "status": dict, "secret": dict, "idempotent": bool, "handed": bool, "refused_statuses": list,
    "timeout_s": (int, float),
}  # fmt: skip


def form_in(path: Path, keyring: Keyring | None = None) -> Form:
    """What the file at *path* says, with its secret.

    Raises:
        AppError: ``notice.gateway_wrong`` with the file and what is wrong; ``feed.bad_address``.
        GisError: ``keyring.none``, ``keyring.refused``.
    """
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise AppError("notice.gateway_wrong", file=path.name, found=str(error)) from error
    _look_at(said, _TOP, path, "")
    if "send" not in said:
        raise AppError("notice.gateway_wrong", file=path.name, found="[send]")
    status = _ask_in(said["status"], path, "status") if "status" in said else None
    handed = bool(said.get("handed", False))
    if handed and status is None:
        raise AppError("notice.gateway_wrong", file=path.name, found="handed, [status]")
    statuses = said.get("refused_statuses", [])
    if not all(isinstance(one, int) and 400 <= one < 500 for one in statuses):
        raise AppError("notice.gateway_wrong", file=path.name, found="refused_statuses")
    return Form(
        _ask_in(said["send"], path, "send"),
        status,
        bool(said.get("idempotent", False)),
        handed,
        frozenset(statuses),
        min(max(float(said.get("timeout_s", 20.0)), 0.1), 120.0),
        _secret(said.get("secret", {}), path, keyring),
    )


def _look_at(said: Mapping[str, Any], known: Mapping[str, type | tuple[type, ...]], path: Path, where: str) -> None:
    for name, value in said.items():
        if name not in known or not isinstance(value, known[name]):
            raise AppError("notice.gateway_wrong", file=path.name, found=f"{where}{name}")


def _ask_in(said: Mapping[str, Any], path: Path, where: str) -> Ask:
    _look_at(said, _ASK, path, f"{where}.")
    headers = said.get("headers", {})
    if not all(isinstance(text, str) and text.isprintable() for text in headers.values()):
        raise AppError("notice.gateway_wrong", file=path.name, found=f"{where}.headers")
    if said.get("method", "POST") not in {"GET", "POST", "PUT"} or ("json" in said and "form" in said):
        raise AppError("notice.gateway_wrong", file=path.name, found=f"{where}.method")
    refuse_no_server(said.get("url", ""))
    matches = {name: _match(said[name], path, f"{where}.{name}") for name in ("accepted", "refused", "pending")
               if name in said}  # fmt: skip
    return Ask(
        said["url"],
        said.get("method", "POST"),
        dict(headers),
        said.get("form", said.get("json")),
        "form" in said,
        **matches,
        receipt=said.get("receipt", ""),
        error=said.get("error", ""),
    )


def _match(said: Mapping[str, Any], path: Path, where: str) -> Match:
    _look_at(said, {"path": str, "is": list}, path, f"{where}.")
    if not said.get("path"):
        raise AppError("notice.gateway_wrong", file=path.name, found=f"{where}.path")
    return Match(said["path"], tuple(str(one) for one in said.get("is", ())))


def _secret(said: Mapping[str, Any], path: Path, keyring: Keyring | None) -> str:
    _look_at(said, {"keyring": str, "file": str}, path, "secret.")
    if "keyring" in said:
        kept = (keyring or SystemKeyring()).get(ENTRY.format(name=said["keyring"]))
        if not kept:
            raise AppError("notice.gateway_wrong", file=path.name, found=f"secret.keyring {said['keyring']}")
        return kept
    if "file" not in said:
        return ""
    try:
        return Path(path.parent, str(said["file"])).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise AppError("notice.gateway_wrong", file=path.name, found=f"secret.file {error}") from error
