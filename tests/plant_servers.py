"""Real OPC UA and Modbus servers on the loopback, and a line between them and us that can be cut or hold its breath."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from asyncua import Server, ua
from asyncua.crypto import cert_gen
from asyncua.crypto.permission_rules import SimpleRoleRuleset
from asyncua.server.user_managers import User, UserRole
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pymodbus.constants import ExcCodes
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice
from servers import free_port

WAIT_S = 60.0


class Loop:
    """An event loop in a thread of its own; what it is given is waited for."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(WAIT_S)

    def end(self) -> None:
        async def finish() -> None:
            others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
            loop = asyncio.get_running_loop()
            # Connections that a server left to their peers: a socket nobody closes is told in some later test.
            for transport in list(loop._transports.values()):  # type: ignore[attr-defined]  # asyncio tells of no other way
                transport.abort()
            await asyncio.sleep(0.01)
            await loop.shutdown_default_executor()

        self.do(finish())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class Plc:
    """Two devices behind one Modbus address; what they hold is set by the test.

    Device 1 has holding registers 100 to 105 and 108, and coil 7; device 2 input registers 12 and 13. Device 3 answers
    as a gateway does for one that is switched off.
    """

    def __init__(self, port: int | None = None) -> None:
        self.port = port or free_port()
        self.asked = 0
        self._loop = Loop()
        self._server: ModbusTcpServer | None = None

    async def _count(self, *_asked: Any) -> None:
        self.asked += 1

    async def _dead(self, *_asked: Any) -> ExcCodes:
        return ExcCodes.GATEWAY_NO_RESPONSE

    async def _serve(self) -> None:
        words = SimData(100, values=[0] * 6, datatype=DataType.REGISTERS)
        more = SimData(108, values=[0], datatype=DataType.REGISTERS)
        coils = SimData(0, values=[False] * 16, datatype=DataType.BITS)
        inputs = SimData(12, values=[0, 0], datatype=DataType.REGISTERS)
        none = SimData(0, values=[0], datatype=DataType.REGISTERS)
        no_bits = SimData(0, values=[False] * 16, datatype=DataType.BITS)
        first = SimDevice(1, ([coils], [no_bits], [words, more], [none]), action=self._count)
        second = SimDevice(2, ([no_bits], [no_bits], [none], [inputs]))
        third = SimDevice(3, ([no_bits], [no_bits], [words], [none]), action=self._dead)
        self._server = ModbusTcpServer([first, second, third], address=("127.0.0.1", self.port))
        await self._server.serve_forever(background=True)

    def start(self) -> None:
        self._loop.do(self._serve())

    def put(self, unit: int, function: int, address: int, *words: int) -> None:
        assert self._server is not None
        self._loop.do(self._server.async_setValues(unit, function, address, list(words)))

    def stop(self) -> None:
        if self._server is not None:
            self._loop.do(self._server.shutdown())
            self._server = None

    def end(self) -> None:
        self.stop()
        self._loop.end()


@contextmanager
def plc() -> Iterator[Plc]:
    running = Plc()
    running.start()
    try:
        yield running
    finally:
        running.end()


class _Users:
    """Lets in whom it knows."""

    def get_user(self, _session: Any, username: str = "", password: str = "", **_other: Any) -> User | None:
        return User(role=UserRole.User, name=username) if (username, password) == ("desk", "right") else None


_FIRST = {"RUNS": True, "COUNT": 7, "BROKEN": float("nan"), "TEXT": "open"}
"""What nodes that hold no pressure say."""


@dataclass(frozen=True)
class Papers:
    """Who somebody says that he is: files of a certificate and of its key."""

    certificate: Path
    key: Path

    @classmethod
    def of(cls, folder: Path, address: str, usage: x509.ObjectIdentifier) -> Papers:
        """Of *address* (``urn:…``), for a client or a server."""
        key = cert_gen.generate_private_key()
        names = [x509.UniformResourceIdentifier(address), x509.DNSName("localhost")]
        made = cert_gen.generate_self_signed_app_certificate(key, address, {}, names, [usage])
        papers = cls(folder / f"{address.replace(':', '-')}.der", folder / f"{address.replace(':', '-')}.pem")
        papers.certificate.write_bytes(made.public_bytes(Encoding.DER))
        papers.key.write_bytes(cert_gen.dump_private_key_as_pem(key))
        return papers


class Scada:
    """An OPC UA server with nodes ``ns=2;s=…`` that the test writes; with *papers* its line is encrypted."""

    def __init__(self, *nodes: str, users: bool = False, papers: Papers | None = None) -> None:
        self.port, self._papers = free_port(), papers
        self.url = f"opc.tcp://127.0.0.1:{self.port}"
        self._names, self._users = nodes, users
        logging.getLogger("asyncua").setLevel(logging.CRITICAL)
        self._loop = Loop()
        self._server: Any = None
        self._runs = False
        self._nodes: dict[str, Any] = {}

    async def _make(self) -> Server:
        server = Server(user_manager=_Users() if self._users else None)
        await server.init()
        server.set_endpoint(self.url)
        policy = ua.SecurityPolicyType.NoSecurity
        if self._papers is not None:
            policy = ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt
            await server.load_certificate(self._papers.certificate)
            await server.load_private_key(self._papers.key)
        server.set_security_policy([policy], permission_ruleset=SimpleRoleRuleset())
        index = await server.register_namespace("urn:plant")
        for name in self._names:
            self._nodes[name] = await server.nodes.objects.add_variable(
                ua.NodeId(name, index), name, _FIRST.get(name, 0.31)
            )
        return server

    def start(self) -> None:
        """Its nodes are made once, which takes seconds; every start has new sessions and a new socket."""
        if self._server is None:
            self._server = self._loop.do(self._make())
        self._loop.do(self._server.start())
        self._runs = True

    def write(self, name: str, value: Any, status: int = ua.StatusCodes.Good, at: datetime | None = None) -> None:
        variant = value if isinstance(value, ua.Variant) else ua.Variant(value)
        told = ua.DataValue(variant, StatusCode=ua.StatusCode(status), SourceTimestamp=at or datetime.now(UTC))
        self._loop.do(self._server.write_attribute_value(self._nodes[name].nodeid, told))

    def stop(self) -> None:
        if self._runs:
            self._runs = False
            self._loop.do(self._server.stop())

    def end(self) -> None:
        self.stop()
        self._loop.end()


@contextmanager
def scada(*nodes: str, users: bool = False, papers: Papers | None = None) -> Iterator[Scada]:
    running = Scada(*nodes, users=users, papers=papers)
    running.start()
    try:
        yield running
    finally:
        running.end()


class Line:
    """A line to a port of the loopback that can be cut, at once, or hold its breath: everything sent is kept back."""

    def __init__(self, to_port: int) -> None:
        self.port = free_port()
        self._to_port = to_port
        self._loop = Loop()
        self._breath = asyncio.Event()
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self.mend()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65_536):
                await self._breath.wait()
                writer.write(data)
                await writer.drain()
        writer.close()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # It ends with its server, and asyncio's own callback would log that it was told to.
        with suppress(asyncio.CancelledError):
            try:
                there, back = await asyncio.open_connection("127.0.0.1", self._to_port)
            except OSError:
                writer.close()
                return
            self._writers |= {writer, back}
            await asyncio.gather(self._carry(reader, back), self._carry(there, writer))

    def mend(self) -> None:
        async def listen() -> None:
            self._breath.set()
            if self._server is None:
                self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)

        self._loop.do(listen())

    def hold(self) -> None:
        async def keep() -> None:
            self._breath.clear()

        self._loop.do(keep())

    def cut(self) -> None:
        """As if the cable were pulled and the socket reset: nobody listens any more."""

        async def close() -> None:
            if self._server is not None:
                self._server.close()
                self._server = None
            for writer in self._writers:
                writer.transport.abort()
            self._writers.clear()

        self._loop.do(close())

    def end(self) -> None:
        self._breath.set()
        self.cut()
        self._loop.end()


@contextmanager
def line(to_port: int) -> Iterator[Line]:
    made = Line(to_port)
    try:
        yield made
    finally:
        made.end()
