"""Everybody is told once: a real gateway on the loopback that fails, stalls and repeats itself."""

from __future__ import annotations

import random
from contextlib import closing
from pathlib import Path

import pytest
from notice_office import Office, office
from servers import free_port

from app.errors import AppError
from app.outages.delivery import Notice, deliver
from app.outages.fates import Delivery, Fate
from app.outages.gateway import HttpGateway
from app.outages.ledger import Ledger

PHONES = {f"C{number:04d}": f"0531-{number:08d}" for number in range(1, 631)}
NOTICE = Notice(
    "J1.1.planned",
    "计划停水 \U0001f6b0 \"8号楼\" 'O'",
    {**PHONES, "C9001": "", "C9002": "000-1", "C9003": PHONES["C0007"]},
)


def told_through(server: Office, folder: Path, tries: int = 200, timeout_s: float = 0.4) -> tuple[Delivery, Ledger]:
    """Ask again until it is finished; each time as a process that was just started."""
    for attempt in range(tries):
        with closing(Ledger(folder)) as ledger:
            gateway = HttpGateway(server.address, timeout_s=timeout_s)
            found = deliver(ledger, gateway, NOTICE, lambda: 1_000, f"process {attempt}")
        if found.finished:
            return found, Ledger(folder)
    raise AssertionError(found)


@pytest.mark.parametrize("seed", range(3))
def test_nobody_is_told_twice_and_none_forgotten(seed: int, tmp_path: Path) -> None:
    with office(random.Random(seed)) as server:
        found, ledger = told_through(server, tmp_path)
    with closing(ledger):
        rows = {row.recipient: row for row in ledger.rows(NOTICE.id)}
    assert server.messages == dict.fromkeys(PHONES.values(), 1)
    assert {name for name, row in rows.items() if row.fate is Fate.TOLD} == {*PHONES, "C9003"}
    assert all(rows[name].receipt == server.told[f"{NOTICE.id}/{name}"] for name in PHONES)
    assert rows["C9003"].receipt == rows["C0007"].receipt
    assert (rows["C9001"].fate, rows["C9002"].fate) == (Fate.NO_PHONE, Fate.REFUSED)
    assert rows["C9002"].receipt == "no such number"
    assert not found.everyone


def test_a_gateway_that_is_away_leaves_everybody_waiting(tmp_path: Path) -> None:
    with closing(Ledger(tmp_path)) as ledger:
        found = deliver(ledger, HttpGateway(f"http://127.0.0.1:{free_port()}"), NOTICE, lambda: 1, "a")
    assert found.reason
    assert found.counts[Fate.SENT] == found.counts[Fate.TOLD] == 0
    assert found.counts[Fate.WAITING] == len(PHONES) + 2


def test_one_sends_at_a_time_and_a_dead_sender_does_not_bar_the_way(tmp_path: Path) -> None:
    with office() as server, closing(Ledger(tmp_path)) as ledger:
        ledger.hold("other", 0, 120_000)
        gateway = HttpGateway(server.address)
        with pytest.raises(AppError) as refused:
            deliver(ledger, gateway, NOTICE, lambda: 60_000, "mine")
        assert refused.value.code == "notice.being_sent"
        steps: list[tuple[int, int]] = []
        found = deliver(ledger, gateway, NOTICE, lambda: 120_001, "mine", lambda done, of: steps.append((done, of)))
    assert found.finished
    assert steps[-1] == (len(PHONES) + 1, len(PHONES) + 1)


def test_an_address_that_is_none() -> None:
    with pytest.raises(AppError) as refused:
        HttpGateway("file:///etc/passwd")
    assert refused.value.code == "feed.bad_address"


def test_who_left_the_plan_is_not_waited_for(tmp_path: Path) -> None:
    smaller = Notice("J1.1.planned", "计划停水", {"C1": "0531-1"})
    with office() as server, closing(Ledger(tmp_path)) as ledger:
        ledger.enter(smaller.id, {"C1": Fate.WAITING, "left": Fate.WAITING}, 0)
        found = deliver(ledger, HttpGateway(server.address), smaller, lambda: 1, "mine")
    assert found.everyone
    assert server.messages == {"0531-1": 1}
