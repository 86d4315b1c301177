"""A gateway described by a file: an operator's own way of asking, on the loopback, failing, stalling and repeating."""

from __future__ import annotations

import json
import random
import threading
from collections import Counter
from contextlib import AbstractContextManager, closing
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from keyrings import MemoryKeyring
from loopback import Answers, LoopbackServer, serving

from app.errors import AppError
from app.messages import LANGUAGES, load_words
from app.outages.delivery import Notice, deliver
from app.outages.fates import Delivery, Fate
from app.outages.file_gateway import gateway_at
from app.outages.form_gateway import ENTRY, FormGateway, form_in
from app.outages.gateway import HttpGateway, Message, NoAnswer
from app.outages.ledger import Ledger

MOODS = ("well", "well", "well", "fails before", "fails after", "stalls", "busy", "garbage")
PHONES = {f"C{at:02d}": f"1380000{at:04d}" for at in range(12)} | {"C90": "", "C91": "000"}
NOTICE = Notice("J1.1.planned", '停水 {secret} \U0001f6b0 "8号楼"', PHONES)
FILE = """
refused_statuses = [422]
handed = true

[secret]
keyring = "sms"

[send]
url = "{address}/v1/send"
headers = {{ Authorization = "APPCODE {{secret}}" }}
form = {{ mobile = "{{to}}", content = "{{text}}", outId = "{{id}}" }}
accepted = {{ path = "code", is = [0] }}
error = "message"

[status]
url = "{address}/v1/status?outId={{id}}"
method = "GET"
headers = {{ Authorization = "APPCODE {{secret}}" }}
accepted = {{ path = "data.0.state", is = ["DELIVERED"] }}
pending = {{ path = "data.0.state", is = ["SENDING"] }}
refused = {{ path = "data.0.state", is = ["FAILED"] }}
receipt = "data.0.msgId"
error = "data.0.why"
"""


class Operator(LoopbackServer):
    """Sends short messages in its own way; a message is delivered when it is asked after for the second time."""

    def __init__(self, moods: random.Random | None) -> None:
        super().__init__(_Handler)
        self.moods, self.lock = moods, threading.Lock()
        self.sent: Counter[str] = Counter()
        self.known: dict[str, int] = {}
        self.texts: set[str] = set()
        self.keys: set[str] = set()


class _Handler(Answers):
    server: Operator

    def asked(self, body: bytes) -> None:
        server, said = self.server, parse_qs(body.decode())
        with server.lock:
            mood = "well" if server.moods is None else server.moods.choice(MOODS)
            server.keys.add(self.headers["Authorization"])
            if mood == "busy":
                self._say(503, {})
                return
            if mood == "fails before":
                self.close_connection = True
                return
            status, body = self._send(said) if said else self._status()
        if mood == "stalls":
            server.closing.wait(10.0)
        elif mood == "fails after":
            self.close_connection = True
        else:
            self._say(status, "<html>" if mood == "garbage" and said else body)

    def _send(self, said: dict[str, list[str]]) -> tuple[int, object]:
        name, phone = said["outId"][0], said["mobile"][0]
        if phone == "000":
            return 422, {"code": 9, "message": "空号"}
        self.server.sent[phone] += 1
        self.server.known.setdefault(name, 0)
        self.server.texts.add(said["content"][0])
        return 200, {"code": 0}

    def _status(self) -> tuple[int, object]:
        name = parse_qs(urlsplit(self.path).query)["outId"][0]
        if name not in self.server.known:
            return 404, {}
        self.server.known[name] += 1
        state = "DELIVERED" if self.server.known[name] > 1 else "SENDING"
        return 200, {"data": [{"state": state, "msgId": 7_000 + len(name)}]}

    def _say(self, status: int, body: object) -> None:
        self.answer(status, body.encode() if isinstance(body, str) else json.dumps(body).encode())


def operator(moods: random.Random | None = None) -> AbstractContextManager[Operator]:
    return serving(Operator(moods))


def described(folder: Path, text: str) -> Path:
    path = folder / "sms.toml"
    path.write_text(text, encoding="utf-8")
    return path


def once(folder: Path, gateway: FormGateway) -> Delivery:
    with closing(Ledger(folder)) as ledger:
        return deliver(ledger, gateway, NOTICE, lambda: 1, "one")


@pytest.mark.parametrize("seed", [2, 3])
def test_nobody_is_told_twice_and_none_forgotten_in_the_operators_own_words(seed: int, tmp_path: Path) -> None:
    keyring = MemoryKeyring({ENTRY.format(name="sms"): "k3y"})
    with operator(random.Random(seed)) as server:
        path = described(tmp_path, "timeout_s = 0.2\n" + FILE.format(address=server.address))
        for _ in range(400):
            done = once(tmp_path, FormGateway(form_in(path, keyring)))
            if done.finished:
                break
    assert done.finished
    assert server.sent == {phone: 1 for phone in PHONES.values() if len(phone) > 3}
    assert server.texts == {NOTICE.text}, "braces in a notice are words, and the secret does not stand in it"
    assert server.keys == {"APPCODE k3y"}
    with closing(Ledger(tmp_path)) as ledger:
        rows = {row.recipient: row for row in ledger.rows(NOTICE.id)}
    assert (rows["C90"].fate, rows["C91"].fate) == (Fate.NO_PHONE, Fate.REFUSED)
    assert rows["C91"].receipt in {"空号", "HTTP 422"}
    assert {row.receipt for row in rows.values() if row.fate is Fate.TOLD} == {"7016"}


def test_what_a_gateway_took_and_knows_no_more_is_not_sent_again(tmp_path: Path) -> None:
    keyring = MemoryKeyring({ENTRY.format(name="sms"): "k3y"})
    with operator() as server:
        path = described(tmp_path, FILE.format(address=server.address))
        gateway = FormGateway(form_in(path, keyring))
        assert once(tmp_path, gateway).counts[Fate.HANDED] == 12
        # It forgets one whose message it took.
        (forgotten, *_) = sorted(server.known)
        del server.known[forgotten]
        for _ in range(3):
            done = once(tmp_path, gateway)
    assert server.sent == {phone: 1 for phone in PHONES.values() if len(phone) > 3}
    assert (done.counts[Fate.TOLD], done.counts[Fate.HANDED]) == (11, 1), "and it stays to be seen"
    assert not done.finished


PLAIN = '[send]\nurl = "{address}/v1/send"\nform = {{ mobile = "{{to}}", content = "{{text}}", outId = "{{id}}" }}\n'


def test_a_gateway_that_cannot_be_asked_is_not_sent_anything_twice(tmp_path: Path) -> None:
    class Stalls(random.Random):
        def choice(self, seq: tuple[str, ...]) -> str:  # type: ignore[override]  # of moods alone
            return next(mood for mood in seq if mood == "stalls")

    with operator(Stalls()) as server:
        said = "timeout_s = 0.2\n" + PLAIN.format(address=server.address)
        gateway = gateway_at(str(described(tmp_path, said)))
        assert isinstance(gateway, FormGateway)
        first = once(tmp_path, gateway)
        server.moods = None
        again = once(tmp_path, gateway)
        # One is in doubt and stays so; nobody else is, and nobody hears anything before that is known.
        assert (first.counts[Fate.SENT], again.counts[Fate.SENT]) == (1, 1)
        assert again.reason == "no [status]"
        assert sum(server.sent.values()) == 1
        # An operator that knows its own ids may be sent it again.
        sure = gateway_at(str(described(tmp_path, "idempotent = true\nrefused_statuses = [422]\n" + said)))
        done = once(tmp_path, sure)  # type: ignore[arg-type]
    assert done.finished
    assert done.counts[Fate.TOLD] == 12


WRONG = [
    ("", "[send]"),
    ("[send", "Expected"),
    ("[send]\nurl = 'http://a'\nmood = 1", "send.mood"),
    ("[send]\nurl = 7", "send.url"),
    ("[send]\nurl = 'http://a'\nmethod = 'DELETE'", "send.method"),
    ("[send]\nurl = 'http://a'\njson = {}\nform = {}", "send.method"),
    ("[send]\nurl = 'http://a'\nheaders = { A = \"x\\ny\" }", "send.headers"),
    ("[send]\nurl = 'http://a'\naccepted = { is = [0] }", "send.accepted.path"),
    ("handed = true\n[send]\nurl = 'http://a'", "handed"),
    ("refused_statuses = [200]\n[send]\nurl = 'http://a'", "refused_statuses"),
    ("[send]\nurl = 'http://a'\n[secret]\nkeyring = 'other'", "secret.keyring other"),
    ("[send]\nurl = 'http://a'\n[secret]\nfile = 'none.key'", "secret.file"),
]


@pytest.mark.parametrize(("text", "found"), WRONG)
def test_a_wrong_description_is_refused_with_what_is_wrong(text: str, found: str, tmp_path: Path) -> None:
    with pytest.raises(AppError) as refused:
        form_in(described(tmp_path, text), MemoryKeyring())
    assert refused.value.code == "notice.gateway_wrong"
    for language in LANGUAGES:
        assert found in load_words(language).refusal(refused.value.code, refused.value.detail)


def test_an_address_in_it_that_is_none_and_a_secret_in_a_file(tmp_path: Path) -> None:
    with pytest.raises(AppError) as refused:
        form_in(described(tmp_path, "[send]\nurl = 'file:///etc/passwd'"))
    assert refused.value.code == "feed.bad_address"
    (tmp_path / "sms.key").write_text("s3cret\n", encoding="utf-8")
    form = form_in(described(tmp_path, "[send]\nurl = 'http://a'\n[secret]\nfile = 'sms.key'"))
    assert form.secret == "s3cret"
    assert "s3cret" not in repr(form)


class Porter(LoopbackServer):
    """Sends everybody on to a page to log in, which is always glad to see them."""

    def __init__(self) -> None:
        super().__init__(_AtTheDoor)
        self.asked: list[str] = []


class _AtTheDoor(Answers):
    server: Porter

    def asked(self, _body: bytes) -> None:
        self.server.asked.append(self.path)
        self.answer(200 if self.path == "/login" else 302, location="/login")


def test_a_page_to_log_in_has_told_nobody_and_learns_no_secret(tmp_path: Path) -> None:
    with serving(Porter()) as server:
        text = (
            f'[send]\nurl = "{server.address}/send"\nheaders = {{ Authorization = "k" }}\njson = {{ to = "{{to}}" }}\n'
        )
        done = once(tmp_path, FormGateway(form_in(described(tmp_path, text))))
        plain = HttpGateway(server.address, token="k").send([Message("a", "138", "停水")])
    assert done.counts[Fate.TOLD] == 0
    assert done.reason.startswith("HTTP 302")
    assert isinstance(plain, NoAnswer)
    assert server.asked == ["/send", "/messages"]
