"""Messages from an MQTT broker; the one importer of paho-mqtt, whose own thread talks to the network.

QoS 1 with a lasting session: what is sent while the console is away or the network is cut is delivered afterwards, at
least once. A message is acknowledged only when its reader says that it is safe (:meth:`MqttFeed.done`); what was not
is sent again, so those who read the messages must bear repetitions, and do.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from app.errors import AppError
from app.feeds.inbox import Inbox, Link, Message

_KEEP_ALIVE_S = 30
_LONGEST_PAUSE_S = 30
_SESSION_S = 7 * 86_400
"""How long the broker is asked to keep what comes while we are away."""
_REFUSALS = frozenset({"Not authorized", "Bad user name or password", "Banned", "Client identifier not valid"})


@dataclass(frozen=True)
class Broker:
    """Where a broker is and how it lets one in.

    Attributes:
        host, port: Its address.
        topics: Filters to subscribe to.
        client_id: Ours, the same after each start, lest the broker take us for another and keep two queues.
        user, password: Empty where it asks for none.
        tls: Whether the line is encrypted; the broker's certificate is verified then.
        ca_file: Certificate authority of one's own; "": those that the system trusts.
    """

    host: str
    port: int
    topics: Sequence[str]
    client_id: str
    user: str = ""
    password: str = ""
    tls: bool = True
    ca_file: str = ""


class MqttFeed:
    """A subscription that comes back by itself after the network was cut or the broker restarted."""

    def __init__(self, name: str, broker: Broker, inbox: Inbox, *, longest_pause_s: int = _LONGEST_PAUSE_S) -> None:
        self._name = name
        self._broker = broker
        self._inbox = inbox
        self._client = paho.Client(
            CallbackAPIVersion.VERSION2, client_id=broker.client_id, protocol=paho.MQTTv5, manual_ack=True
        )
        self._client.reconnect_delay_set(min_delay=1, max_delay=longest_pause_s)
        if broker.user:
            self._client.username_pw_set(broker.user, broker.password)
        if broker.tls:
            self._client.tls_set_context(_context(broker.ca_file))
        self._client.on_connect = self._connected
        self._client.on_subscribe = self._subscribed
        self._client.on_connect_fail = self._unreachable
        self._client.on_disconnect = self._cut
        self._client.on_message = self._came

    def start(self) -> None:
        """Begin; returns at once, and goes on trying where nobody answers yet."""
        self._inbox.tell(self._name, Link.CONNECTING)
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho gives it no types
        properties.SessionExpiryInterval = _SESSION_S
        self._client.connect_async(
            self._broker.host, self._broker.port, _KEEP_ALIVE_S, clean_start=False, properties=properties
        )
        self._client.loop_start()

    def done(self, messages: Iterable[Message]) -> None:
        """Tell the broker that *messages* are safe here."""
        for message in messages:
            if message.token:
                self._client.ack(message.token, 1)

    def send(self, topic: str, body: bytes) -> None:
        """Send a message; none where the line is down, for what is asked now may be known when it is back."""
        if self._client.is_connected():
            self._client.publish(topic, body, 1)

    def stop(self) -> None:
        """Say good-bye and end the thread."""
        client = self._client
        client.disconnect()
        client.loop_stop()
        # Its callbacks hold this feed, which holds it: without them its last sockets go when the feed does.
        client.on_connect = client.on_subscribe = client.on_connect_fail = None
        client.on_disconnect = client.on_message = None
        self._inbox.tell(self._name, Link.ENDED)

    def _connected(self, client: paho.Client, _data: Any, _flags: Any, code: ReasonCode, _properties: Any) -> None:
        if code.is_failure:
            refused = str(code) in _REFUSALS
            self._inbox.tell(self._name, Link.REFUSED if refused else Link.DOWN, "feed.refused", str(code))
            return
        client.subscribe([(topic, 1) for topic in self._broker.topics])

    def _subscribed(
        self, _client: paho.Client, _data: Any, _mid: int, codes: Sequence[ReasonCode], _properties: Any
    ) -> None:
        """Only now does the broker keep anything for us: what is sent between connecting and this is not ours."""
        barred = [str(code) for code in codes if code.is_failure]
        if barred:
            self._inbox.tell(self._name, Link.REFUSED, "feed.refused", barred[0])
        else:
            self._inbox.tell(self._name, Link.UP)

    def _unreachable(self, _client: paho.Client, _data: Any) -> None:
        self._inbox.tell(self._name, Link.DOWN, "feed.unreachable", f"{self._broker.host}:{self._broker.port}")

    def _cut(self, _client: paho.Client, _data: Any, _flags: Any, code: ReasonCode, _properties: Any) -> None:
        # After a refusal the line is closed as well, which says less.
        is_refused = self._inbox.links()[self._name].code == "feed.refused"
        if code.is_failure and not is_refused:
            self._inbox.tell(self._name, Link.DOWN, "feed.cut", str(code))

    def _came(self, _client: paho.Client, _data: Any, message: paho.MQTTMessage) -> None:
        # Unacknowledged messages are bounded by the broker, so that only those sent without (QoS 0) can find no room.
        self._inbox.put(
            self._name,
            message.topic,
            bytes(message.payload),
            is_repeated=message.dup,
            is_kept=message.retain,
            token=message.mid if message.qos else 0,
        )


class Publisher:
    """Sends messages to a broker without encryption; for the demo's instruments, which stand in for a gateway.

    What is sent while the broker is away waits, and is sent when it is back.
    """

    def __init__(self, host: str, port: int) -> None:
        self._client = paho.Client(CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5)
        self._client.reconnect_delay_set(min_delay=1, max_delay=_LONGEST_PAUSE_S)
        self._client.connect_async(host, port, _KEEP_ALIVE_S)
        self._client.loop_start()

    def send(self, topic: str, body: bytes) -> None:
        """Send *body*, at least once."""
        self._client.publish(topic, body, 1)

    @property
    def is_connected(self) -> bool:
        """Whether the broker is there."""
        return self._client.is_connected()

    def close(self) -> None:
        """End the thread."""
        self._client.disconnect()
        self._client.loop_stop()


def _context(ca_file: str) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file or None)
    except (OSError, ssl.SSLError) as error:
        raise AppError("feed.bad_certificate", path=ca_file, reason=str(error)) from error
