"""Values read from Modbus TCP devices and gateways, again and again; the one importer of pymodbus.

Only read functions (01 to 04) are ever sent. Modbus bears no time: a reading's instant is that of the answer.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pymodbus.client import ModbusTcpClient
from pymodbus.constants import ExcCodes
from pymodbus.exceptions import ConnectionException, ModbusException
from pymodbus.pdu import ModbusPDU

from app.feeds.inbox import Inbox, Link
from app.feeds.modbus_registers import Block, Register, Table, blocks, value_of
from app.feeds.own_messages import BAD, Said, written
from app.feeds.own_thread import ThreadFeed

_LONGEST_PAUSE_S: Final = 30.0
_SPLIT: Final = frozenset({ExcCodes.ILLEGAL_ADDRESS, ExcCodes.ILLEGAL_VALUE})
_NOBODY: Final = frozenset({ExcCodes.GATEWAY_PATH_UNAVIABLE, ExcCodes.GATEWAY_NO_RESPONSE})
"""A gateway's word that the device behind it does not answer."""


@dataclass(frozen=True)
class Gateway:
    """A device, or a gateway with devices behind it.

    Attributes:
        host, port: Its address.
        registers: What is read.
        every_s: From one round of questions to the next.
        timeout_s: How long an answer is waited for.
    """

    host: str
    port: int
    registers: Sequence[Register]
    every_s: float = 10.0
    timeout_s: float = 3.0


class ModbusFeed(ThreadFeed):
    """Asks in rounds by a thread of its own; what a round brings is one message.

    A device that does not answer does not hold up the others for longer than one wait, and is named. Where nobody
    answers at all the line counts as cut, and another connection is made.
    """

    def __init__(self, name: str, gateway: Gateway, inbox: Inbox, *, longest_pause_s: float = _LONGEST_PAUSE_S) -> None:
        super().__init__(name, inbox)
        self._gateway = gateway
        self._where = f"{gateway.host}:{gateway.port}"
        self._longest_pause_s = longest_pause_s
        self._blocks = blocks(gateway.registers)
        # How the line stands is told by the inbox; the library's own words would be said once a question.
        logging.getLogger("pymodbus").setLevel(logging.CRITICAL)

    def _run(self) -> None:
        pause_s = min(1.0, self._longest_pause_s)
        while not self._end.is_set():
            client = ModbusTcpClient(
                self._gateway.host, port=self._gateway.port, timeout=self._gateway.timeout_s, retries=0
            )
            try:
                if client.connect():  # type: ignore[no-untyped-call]  # pymodbus gives it no types
                    pause_s = min(1.0, self._longest_pause_s)
                    self._rounds(client)
                else:
                    self._inbox.tell(self._name, Link.DOWN, "feed.unreachable", self._where)
            finally:
                client.close()  # type: ignore[no-untyped-call]  # pymodbus gives it no types
            self._end.wait(pause_s)
            pause_s = min(2 * pause_s, self._longest_pause_s)

    def _rounds(self, client: ModbusTcpClient) -> None:
        """Ask until the line is cut or the feed ends."""
        while not self._end.is_set():
            began_s = time.monotonic()
            if not self._round(client):
                return
            self._end.wait(max(0.0, self._gateway.every_s - (time.monotonic() - began_s)))

    def _round(self, client: ModbusTcpClient) -> bool:
        """Ask everything once; False where nobody answered."""
        said: list[Said] = []
        silent: set[int] = set()
        answered = False
        waiting = list(self._blocks)
        while waiting and not self._end.is_set():
            block = waiting.pop(0)
            if block.unit in silent:
                continue
            try:
                answer = _asked(client, block)
            except (ConnectionException, OSError):
                self._inbox.tell(self._name, Link.DOWN, "feed.cut", self._where)
                return False
            except ModbusException:
                # Nobody answered in time. Another line is taken, lest a late answer be taken for the next one's.
                client.close()  # type: ignore[no-untyped-call]  # pymodbus gives it no types
                silent.add(block.unit)
                continue
            answered = True
            code = answer.exception_code if answer.isError() else 0
            if code in _NOBODY:
                silent.add(block.unit)
            elif code in _SPLIT and len(block.registers) > 1:
                # There is a hole in it, or a register that is none: from now on each is asked for by itself.
                waiting = [*block.alone(), *waiting]
                self._blocks = tuple(part for one in self._blocks for part in (one.alone() if one == block else (one,)))
            else:
                said += _values(block, answer, self._inbox.now_ms())
        return self._told(said, silent, answered=answered)

    def _told(self, said: list[Said], silent: set[int], *, answered: bool) -> bool:
        if said:
            self._inbox.put(self._name, self._where, written(said))
        if silent and not answered:
            self._inbox.tell(self._name, Link.DOWN, "feed.unreachable", self._where)
            return False
        numbers = ", ".join(str(unit) for unit in sorted(silent))
        self._inbox.tell(self._name, Link.UP, "feed.part_silent" if silent else "", numbers)
        return True


def _asked(client: ModbusTcpClient, block: Block) -> ModbusPDU:
    ask = {
        Table.COIL: client.read_coils,
        Table.DISCRETE: client.read_discrete_inputs,
        Table.HOLDING: client.read_holding_registers,
        Table.INPUT: client.read_input_registers,
    }[block.table]
    return ask(block.first, count=block.words, device_id=block.unit)


def _values(block: Block, answer: ModbusPDU, at_ms: int) -> list[Said]:
    """The block's values; without a number, and bad, where the device refuses it or sends too little."""
    entries = [int(bit) for bit in answer.bits] if block.table.is_bits else list(answer.registers)
    if answer.isError() or len(entries) < block.words:
        return [Said(one.name, at_ms, None, BAD) for one in block.registers]
    starts = [(one, one.address - block.first) for one in block.registers]
    return [Said(one.name, at_ms, value_of(one, entries[at : at + one.words])) for one, at in starts]
