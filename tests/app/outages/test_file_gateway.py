"""The same promise as over HTTP, through a folder: nobody twice, none forgotten, every receipt kept."""

from __future__ import annotations

import json
import random
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from notice_office import tend

from app.errors import AppError
from app.outages.delivery import Delivery, Notice, deliver
from app.outages.file_gateway import FileGateway, gateway_at
from app.outages.gateway import Message, NoAnswer
from app.outages.ledger import Fate, Ledger

PHONES = {f"C{number:04d}": f"0531-{number:08d}" for number in range(1, 431)}
NOTICE = Notice("J1.1.planned", "计划停水 \U0001f6b0 \"8号楼\" 'O'", {**PHONES, "C9001": "", "C9002": "000-1"})


@pytest.mark.parametrize("seed", range(3))
def test_nobody_is_told_twice_and_none_forgotten(seed: int, tmp_path: Path) -> None:
    folder, moods = tmp_path / "out", random.Random(seed)
    folder.mkdir()
    messages: Counter[str] = Counter()
    told: dict[str, str] = {}
    found: Delivery | None = None
    for attempt in range(300):
        with closing(Ledger(tmp_path)) as ledger:
            if moods.random() < 0.3:
                # A sender that was killed after it had written down what it was about to send, and before it did.
                ledger.enter(NOTICE.id, dict.fromkeys(PHONES, Fate.WAITING), 0)
                ledger.mark(NOTICE.id, [(one, Fate.SENT, "") for one in moods.sample(sorted(PHONES), 5)], 0)
            found = deliver(ledger, FileGateway(folder), NOTICE, lambda: 1_000, f"process {attempt}")
            rows = {row.recipient: row for row in ledger.rows(NOTICE.id)}
        if found.finished:
            break
        tend(folder, moods, messages, told)
    assert found is not None
    assert found.finished
    assert messages == {**dict.fromkeys(PHONES.values(), 1), "000-1": 1}
    assert all(rows[name].receipt == told[f"{NOTICE.id}/{name}"] for name in PHONES)
    assert {row.fate for name, row in rows.items() if name in PHONES} == {Fate.TOLD}
    assert rows["C9002"].fate is Fate.REFUSED


def test_what_waits_for_receipts_is_not_written_again(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    for number in range(3):
        with closing(Ledger(tmp_path)) as ledger:
            found = deliver(ledger, FileGateway(folder), NOTICE, lambda: 1_000, str(number))
        assert found.counts[Fate.HANDED] == len(PHONES) + 1
        assert not found.finished
    written = [row["id"] for path in folder.glob("*.json") for row in json.loads(path.read_text(encoding="utf-8"))]
    assert sorted(written) == sorted(f"{NOTICE.id}/{one}" for one, phone in NOTICE.phones.items() if phone)


def test_who_shares_a_phone_waits_for_the_same_receipt(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    household = Notice("J1.1.planned", "计划停水", {"C1": "0531-1", "C2": "0531-1", "C3": "0531-3", "C4": "0531-4"})

    def run(notice: Notice) -> dict[str, Fate]:
        with closing(Ledger(tmp_path)) as ledger:
            deliver(ledger, FileGateway(folder), notice, lambda: 1_000, "mine")
            return {row.recipient: row.fate for row in ledger.rows(notice.id)}

    for _ in range(3):
        assert set(run(household).values()) == {Fate.HANDED}
    (written,) = folder.glob("*.json")
    assert [row["to"] for row in json.loads(written.read_text(encoding="utf-8"))] == ["0531-1", "0531-3", "0531-4"]
    receipts = [{"id": "J1.1.planned/C1", "receipt": "r1"}, {"id": "J1.1.planned/C3", "receipt": "r3"}]
    written.with_suffix(".receipts.json").write_text(json.dumps(receipts), encoding="utf-8")
    assert run(household) == {"C1": Fate.TOLD, "C2": Fate.TOLD, "C3": Fate.TOLD, "C4": Fate.HANDED}


def test_nobody_counts_as_told_because_others_who_left_the_plan_were(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    with closing(Ledger(tmp_path)) as ledger:
        ledger.enter(NOTICE.id, {"left": Fate.TOLD, "left too": Fate.WAITING}, 0)
        deliver(ledger, FileGateway(folder), NOTICE, lambda: 1_000, "mine")
        rows = {row.recipient: row.fate for row in ledger.rows(NOTICE.id)}
    assert rows["left too"] is Fate.WAITING


def test_a_folder_that_is_none_and_a_disk_that_takes_nothing(tmp_path: Path) -> None:
    with pytest.raises(AppError) as refused:
        FileGateway(tmp_path / "nowhere")
    assert refused.value.code == "notice.no_folder"
    with pytest.raises(AppError) as refused:
        gateway_at("~nobody-of-that-name/out")
    assert refused.value.code == "notice.no_folder"
    folder = tmp_path / "out"
    folder.mkdir()
    gateway = FileGateway(folder)
    gateway.taken([])
    folder.rmdir()
    said = gateway.send([Message("a", "1", "text")])
    assert isinstance(said, NoAnswer)
    assert said.never_left
