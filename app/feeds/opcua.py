"""Values subscribed to at an OPC UA server; the one importer of asyncua, whose loop runs in a thread of its own.

After any cut another client is made: sessions that are mended keep what broke them. A server tells of a node only when
its value changes; one that has been quiet for a while is read, so that what rests is not taken for what is silent.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any, Final

from asyncua import ua
from asyncua.client.client import Client
from asyncua.common.node import Node
from asyncua.common.subscription import DataChangeNotif
from asyncua.crypto import security_policies, uacrypto
from asyncua.ua import uaerrors
from asyncua.ua.attribute_ids import AttributeIds

from app.errors import AppError
from app.feeds.inbox import Inbox, Link
from app.feeds.opcua_server import APPLICATION_URI, OpcUaServer
from app.feeds.own_messages import BAD, GOOD, UNCERTAIN, Said, written
from app.feeds.own_thread import ThreadFeed

_LONGEST_PAUSE_S: Final = 30.0
_FLUSH_S: Final = 0.2
"""What comes in this time is one message."""
_PUBLISH_MS: Final = 500
_QUEUE: Final = 100
"""Changes of a node that the server is asked to hold between two publications."""
_SHOWN_NAMES: Final = 3
_REFUSALS: Final = (
    uaerrors.BadUserAccessDenied,
    uaerrors.BadIdentityTokenInvalid,
    uaerrors.BadIdentityTokenRejected,
    uaerrors.BadSecurityChecksFailed,
    uaerrors.BadSecurityPolicyRejected,
    uaerrors.BadSecurityModeRejected,
    uaerrors.BadCertificateUntrusted,
)
_POLICIES: Final[dict[str, Any]] = {
    "Basic256Sha256": security_policies.SecurityPolicyBasic256Sha256,
    "Aes128Sha256RsaOaep": security_policies.SecurityPolicyAes128Sha256RsaOaep,
    "Aes256Sha256RsaPss": security_policies.SecurityPolicyAes256Sha256RsaPss,
}
_TROUBLES: Final = (OSError, TimeoutError, asyncio.CancelledError, uaerrors.UaError, EOFError)


class OpcUaFeed(ThreadFeed):
    """A subscription that comes back by itself after the network was cut or the server restarted.

    Raises:
        AppError: ``feed.bad_node``, ``feed.bad_address``, ``feed.bad_security``.
    """

    def __init__(
        self, name: str, server: OpcUaServer, inbox: Inbox, *, longest_pause_s: float = _LONGEST_PAUSE_S
    ) -> None:
        if not server.url.startswith("opc.tcp://"):
            raise AppError("feed.bad_opcua_address", address=server.url)
        if server.policy:
            _check_security(name, server)
        super().__init__(name, inbox)
        self._server = server
        self._longest_pause_s = longest_pause_s
        self._nodes = {_node_id(node): node for node in server.nodes}
        self._waiting: list[Said] = []
        self._told_s: dict[ua.NodeId, float] = {}
        # How the line stands is told by the inbox; the library's own words would be said at each attempt.
        logging.getLogger("asyncua").setLevel(logging.CRITICAL)

    def datachange_notification(self, node: Node, _value: Any, data: DataChangeNotif) -> None:
        """A value has changed; called by the library."""
        told = data.monitored_item.Value
        self._take(node.nodeid, told, _ms(told.SourceTimestamp or told.ServerTimestamp))

    # The thread

    def _run(self) -> None:
        asyncio.run(self._go_on())

    async def _go_on(self) -> None:
        pause_s = min(1.0, self._longest_pause_s)
        while not self._end.is_set():
            was_up = await self._tried()
            pause_s = min(1.0 if was_up else 2 * pause_s, self._longest_pause_s)
            await self._rest(pause_s)

    async def _rest(self, pause_s: float) -> None:
        until_s = time.monotonic() + pause_s
        while not self._end.is_set() and time.monotonic() < until_s:
            await asyncio.sleep(min(0.1, pause_s))

    async def _tried(self) -> bool:
        """One client from its connection to its end; whether it was ever connected."""
        was_up = False
        client = Client(self._server.url, timeout=self._server.timeout_s)
        try:
            await self._prepare(client)
            await client.connect()
            was_up = True
            await self._listen(client)
        except _REFUSALS as error:
            self._inbox.tell(self._name, Link.REFUSED, "feed.refused", type(error).__name__)
        except _TROUBLES as error:
            code, reason = ("feed.cut", _said(error)) if was_up else ("feed.unreachable", self._server.url)
            self._inbox.tell(self._name, Link.DOWN, code, reason)
        finally:
            await _let_go(client)
            self._flush()
        return was_up

    async def _prepare(self, client: Client) -> None:
        client.application_uri = APPLICATION_URI
        if self._server.user:
            client.set_user(self._server.user)
            client.set_password(self._server.password)
        if self._server.policy:
            await client.set_security(
                _POLICIES[self._server.policy],
                self._server.certificate_file,
                self._server.key_file,
                server_certificate=self._server.server_certificate_file or None,
            )

    async def _listen(self, client: Client) -> None:
        """Subscribe, and go on until the feed ends or the line is cut (then it raises)."""
        subscription = await client.create_subscription(_PUBLISH_MS, self)
        nodes = {client.get_node(node_id): name for node_id, name in self._nodes.items()}
        now_s = time.monotonic()
        self._told_s = dict.fromkeys(self._nodes, now_s)
        handles = await subscription.subscribe_data_change(list(nodes), queuesize=_QUEUE)
        answers = handles if isinstance(handles, list) else [handles]
        unknown = [name for name, answer in zip(nodes.values(), answers, strict=True) if not isinstance(answer, int)]
        shown = ", ".join(unknown[:_SHOWN_NAMES]) + (" …" if len(unknown) > _SHOWN_NAMES else "")
        self._inbox.tell(self._name, Link.UP, "feed.part_unknown" if unknown else "", shown)
        for node_id in [node.nodeid for node, name in nodes.items() if name in unknown]:
            del self._told_s[node_id]
        while not self._end.is_set():
            await asyncio.sleep(_FLUSH_S)
            await client.check_connection()
            await self._read_quiet(client)
            self._flush()

    async def _read_quiet(self, client: Client) -> None:
        """Ask for what has not been told for a while; the server says whether it still stands."""
        now_s = time.monotonic()
        quiet = [node_id for node_id, told_s in self._told_s.items() if now_s - told_s > self._server.every_s]
        if not quiet:
            return
        nodes = [client.get_node(node_id) for node_id in quiet]
        for node_id, told in zip(quiet, await client.read_attributes(nodes, AttributeIds.Value), strict=True):
            changed_ms, answered_ms = _ms(told.SourceTimestamp), _ms(told.ServerTimestamp)
            # It has rested until now: by the server's clock, where that says when it answers.
            says_when = answered_ms is not None and (changed_ms is None or answered_ms > changed_ms)
            self._take(node_id, told, answered_ms if says_when else self._inbox.now_ms())

    def _take(self, node_id: ua.NodeId, told: ua.DataValue, at_ms: int | None) -> None:
        self._told_s[node_id] = time.monotonic()
        quality = _quality(told.StatusCode)
        value = None if told.Value is None else told.Value.Value
        # A bad value's number is whatever was there before.
        self._waiting.append(Said(self._nodes[node_id], at_ms, None if quality == BAD else value, quality))

    def _flush(self) -> None:
        if self._waiting:
            said, self._waiting = self._waiting, []
            self._inbox.put(self._name, self._server.url, written(said))


async def _let_go(client: Client) -> None:
    """Close what is open of *client*; of one whose line is gone there is nothing to say good-bye to."""
    try:
        await asyncio.wait_for(client.disconnect(), 2.0)
    except _TROUBLES:
        client.disconnect_socket()


def _check_security(name: str, server: OpcUaServer) -> None:
    if server.policy not in _POLICIES or not (server.certificate_file and server.key_file):
        raise AppError("feed.bad_security", feed=name, known=", ".join(_POLICIES))
    loads: list[tuple[str, Callable[[str], Coroutine[Any, Any, object]]]] = [
        (server.certificate_file, uacrypto.load_certificate),
        (server.key_file, uacrypto.load_private_key),
    ]
    if server.server_certificate_file:
        loads.append((server.server_certificate_file, uacrypto.load_certificate))
    for path, load in loads:
        try:
            asyncio.run(load(path))
        except (OSError, ValueError, TypeError) as error:
            raise AppError("feed.bad_certificate", path=path, reason=str(error)) from error


def _said(error: BaseException) -> str:
    return str(error) or type(error).__name__


def _node_id(text: str) -> ua.NodeId:
    try:
        return ua.NodeId.from_string(text)
    except uaerrors.UaError as error:
        raise AppError("feed.bad_node", name=text) from error


def _quality(status: ua.StatusCode | None) -> str:
    if status is None or status.is_good():
        return GOOD
    return UNCERTAIN if status.is_uncertain() else BAD


def _ms(moment: datetime | None) -> int | None:
    if moment is None:
        return None
    return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
