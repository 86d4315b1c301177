"""A gateway for short messages on the loopback: it can fail, stall and repeat itself."""

from __future__ import annotations

import json
import random
import threading
from collections import Counter
from contextlib import AbstractContextManager
from pathlib import Path

from loopback import Answers, LoopbackServer, serving

HOW = ("well", "well", "fails before", "fails after", "stalls", "garbage", "repeats", "half", "error page")


class Office(LoopbackServer):
    """A gateway: what it has told to whom, and how it behaves next."""

    def __init__(self, moods: random.Random | None) -> None:
        super().__init__(_Handler)
        self.told: dict[str, str] = {}
        self.messages: Counter[str] = Counter()
        self.sent: list[dict[str, str]] = []
        self.moods = moods
        self.lock = threading.Lock()

    def mood(self) -> str:
        return "well" if self.moods is None else self.moods.choice(HOW)

    def tell(self, messages: list[dict[str, str]]) -> list[dict[str, str]]:
        said = []
        for one in messages:
            if one["to"].startswith("000"):
                said.append({"id": one["id"], "error": "no such number"})
                continue
            self.messages[one["to"]] += 1
            self.sent.append(one)
            self.told[one["id"]] = f"R{len(self.told)}"
            said.append({"id": one["id"], "receipt": self.told[one["id"]]})
        return said


class _Handler(Answers):
    server: Office

    def asked(self, body: bytes) -> None:
        asked = json.loads(body)
        with self.server.lock:
            mood = self.server.mood()
            if mood in {"fails before", "error page"}:
                self.send_error(503)
                return
            if self.path == "/status":
                said = [{"id": one, "receipt": self.server.told[one]} for one in asked if one in self.server.told]
            else:
                said = self.server.tell(asked[: len(asked) // 2] if mood == "half" else asked)
        if mood == "stalls":
            self.server.closing.wait(30.0)
            return
        if mood == "fails after":
            self.close_connection = True
            return
        if mood == "repeats":
            said += [{"id": one["id"], "receipt": "again"} for one in said if "receipt" in one] + [{"odd": "entry"}]
        self.answer(200, b"<html>" if mood == "garbage" else json.dumps(said).encode())


def office(moods: random.Random | None = None) -> AbstractContextManager[Office]:
    return serving(Office(moods))


FILE_MOODS = ("well", "well", "nothing yet", "half", "repeats", "garbage", "half written", "another file")


def tend(folder: Path, moods: random.Random, messages: Counter[str], told: dict[str, str]) -> None:
    """What a gateway behind a folder does between two runs: it reads files that it has not done, and puts receipts."""
    for path in sorted(folder.glob("*.json")):
        receipts = path.with_suffix(".receipts.json")
        if path.name.endswith(".receipts.json"):
            continue
        mood = moods.choice(FILE_MOODS)
        if mood == "another file":
            (folder / "readme.json").write_text("not for you", encoding="utf-8")
        if mood in {"garbage", "half written"} and not receipts.exists():
            receipts.write_bytes(b"<html>" if mood == "garbage" else b'[{"id": "J1')
        if mood in {"nothing yet", "garbage", "half written"}:
            continue
        try:
            rows = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            continue
        for one in rows[: len(rows) // 2] if mood == "half" else rows:
            if one["id"] not in told:
                messages[one["to"]] += 1
                told[one["id"]] = "" if one["to"].startswith("000") else f"R{len(told)}"
        answers = [
            {"id": one["id"], "receipt": told[one["id"]]} if told[one["id"]] else {"id": one["id"], "error": "no such"}
            for one in rows
            if one["id"] in told
        ]
        answers += [{"id": one["id"], "receipt": "again"} for one in answers] if mood == "repeats" else []
        receipts.write_text(json.dumps(answers), encoding="utf-8")
