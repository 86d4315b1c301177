"""Where an OPC UA server is and how it lets one in; a record of its own, so that nobody loads the library for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from app.feeds.inbox import Inbox

APPLICATION_URI: Final = "urn:sluice:console"
"""Who we are; a certificate of ours must bear it."""


@dataclass(frozen=True)
class OpcUaServer:
    """A server and what is wanted of it.

    Attributes:
        url: ``opc.tcp://host:4840/…``
        nodes: What is subscribed to: ``ns=2;s=PT-0712``, ``ns=2;i=1007``.
        user, password: Empty where it asks for none.
        policy: ``Basic256Sha256`` and the like for a signed and encrypted line; "" for an open one.
        certificate_file, key_file: Ours, where the line is encrypted.
        server_certificate_file: The server's, compared with what it shows; "": whatever it shows is believed.
        every_s: A node that was quiet for so long is read.
        timeout_s: How long an answer is waited for.
    """

    url: str
    nodes: Sequence[str]
    user: str = ""
    password: str = ""
    policy: str = ""
    certificate_file: str = ""
    key_file: str = ""
    server_certificate_file: str = ""
    every_s: float = 10.0
    timeout_s: float = 4.0


class Source(Protocol):
    """A feed at work."""

    def start(self) -> None:
        """Begin."""

    def stop(self) -> None:
        """End."""


OpenOpcUa = Callable[[str, OpcUaServer, Inbox], Source]
"""Makes a feed of a name, a server and the inbox it fills; given from outside, for its library is slow to load."""
