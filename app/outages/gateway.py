"""How notices leave the house: over HTTP to a gateway that sends short messages, or into a file for one that has none.

What a gateway is asked, all JSON over one address (adapt it where yours speaks otherwise):

* ``POST {address}/messages`` with ``[{"id", "to", "text"}, …]`` (and ``"replaces"``, an id) is answered
  ``[{"id", "receipt"} | {"id", "error"}, …]``;
* ``POST {address}/status`` with ``[id, …]`` is answered ``[{"id", "receipt"}, …]``, of those alone that it has taken.

An answer that did not come says nothing: what was asked may have been done. See :mod:`app.outages.delivery`.
"""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

from app.errors import AppError

LARGEST_BYTES = 4 * 2**20
TOGETHER = 100


class _GoesNowhereElse(urllib.request.HTTPRedirectHandler):
    """A page to which a server sends us on, to log in say, is no gateway: it is neither believed nor told a secret."""

    def redirect_request(self, *_: object) -> None:
        """None: the redirection itself is the answer."""


OPENER = urllib.request.build_opener(_GoesNowhereElse)
"""By which gateways are asked."""


@dataclass(frozen=True)
class Message:
    """One short message.

    Attributes:
        id: The same whenever it is sent again.
        to: Phone number; ``web`` or ``media`` for what the public reads.
        replaces: Id of the message whose text is to be taken down for this one; "" for none.
    """

    id: str
    to: str
    text: str
    replaces: str = ""

    @property
    def record(self) -> dict[str, str]:
        """As gateways are told it."""
        told = {"id": self.id, "to": self.to, "text": self.text}
        return {**told, "replaces": self.replaces} if self.replaces else told


@dataclass(frozen=True)
class Answer:
    """What a gateway said of one message.

    Attributes:
        receipt: Its own number for it; "" where it refused.
        error: Why it refused; "" where it took it.
        on_its_way: It has it and has said nothing of it yet: it is neither told nor to be sent again.
    """

    id: str
    receipt: str = ""
    error: str = ""
    on_its_way: bool = False


@dataclass(frozen=True)
class NoAnswer:
    """Nobody knows what became of it.

    Attributes:
        never_left: True where nothing can have arrived: nobody listened.
        reason: As the system says it.
    """

    never_left: bool
    reason: str


class Gateway(Protocol):
    """Sends messages, and says what it has sent.

    Attributes:
        largest: So many are sent together: where no answer comes, so many are in doubt.
    """

    largest: int

    def send(self, messages: Sequence[Message]) -> Sequence[Answer] | NoAnswer:
        """Send *messages*; what is not in the answer is not known."""

    def taken(self, ids: Sequence[str]) -> Sequence[Answer] | NoAnswer:
        """Receipts of those *ids* that it has taken."""


class HttpGateway:
    """A gateway behind an address.

    Args:
        address: ``http://`` or ``https://``.
        token: Sent as a bearer's; "" for none.
        timeout_s: How long an answer is waited for.

    Raises:
        AppError: ``feed.bad_address``.
    """

    largest = TOGETHER

    def __init__(self, address: str, *, token: str = "", timeout_s: float = 20.0) -> None:
        refuse_no_server(address)
        self._address, self._token, self._timeout_s = address.rstrip("/"), token, timeout_s

    def send(self, messages: Sequence[Message]) -> Sequence[Answer] | NoAnswer:
        """Post *messages* together."""
        return self._asked("messages", [one.record for one in messages])

    def taken(self, ids: Sequence[str]) -> Sequence[Answer] | NoAnswer:
        """Ask for their receipts."""
        return self._asked("status", list(ids))

    def _asked(self, what: str, body: object) -> Sequence[Answer] | NoAnswer:
        said = posted(self._address, what, body, token=self._token, timeout_s=self._timeout_s)
        return said if isinstance(said, NoAnswer) else answers_in(said)


def refuse_no_server(address: str) -> None:
    """Nothing is asked of files and the like.

    Raises:
        AppError: ``feed.bad_address``.
    """
    if urlsplit(address).scheme not in {"http", "https"} or not urlsplit(address).hostname:
        raise AppError("feed.bad_address", address=address)


def posted(address: str, what: str, body: object, *, token: str = "", timeout_s: float = 20.0) -> bytes | NoAnswer:
    """What ``POST {address}/{what}`` with *body* as JSON is answered, or that nobody knows what became of it.

    Raises:
        AppError: ``feed.bad_address``.
    """
    refuse_no_server(address)
    request = urllib.request.Request(  # noqa: S310 - its scheme has been looked at
        f"{address.rstrip('/')}/{what}", data=json.dumps(body).encode(), headers={"Content-Type": "application/json"}
    )
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with OPENER.open(request, timeout=timeout_s) as answer:
            said: bytes = answer.read(LARGEST_BYTES)
    except urllib.error.HTTPError as error:
        with error:
            return NoAnswer(False, f"{error.code} {error.reason}")
    except urllib.error.URLError as error:
        return NoAnswer(isinstance(error.reason, ConnectionRefusedError), str(error.reason))
    except (http.client.HTTPException, OSError) as error:
        return NoAnswer(False, str(error) or type(error).__name__)
    return said


def answers_in(said: bytes) -> Sequence[Answer] | NoAnswer:
    """What the gateway said, entries that are none left out."""
    try:
        values = json.loads(said)
    except (ValueError, RecursionError):
        return NoAnswer(False, "no JSON")
    if not isinstance(values, list):
        return NoAnswer(False, "no list")
    return tuple(answer for answer in map(_answer, values) if answer is not None)


def _answer(value: Any) -> Answer | None:
    match value:
        case {"id": str(name), "receipt": str() | int() as receipt} if str(receipt):
            return Answer(name, str(receipt)[:200])
        case {"id": str(name), "error": str(error)} if error:
            return Answer(name, error=error[:200])
    return None
