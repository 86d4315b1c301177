"""Who was told what: a ledger on the disk beside the journal, one row a recipient and notice, no phone numbers in it.

A row goes from WAITING to SENT before anything leaves the house, and from there to TOLD or REFUSED by what the gateway
answers. SENT means that nobody knows, HANDED that the gateway has it: it is asked before
anything is sent again. One process sends at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from app.errors import AppError
from app.outages.fates import Fate, Row
from gis.stores import sqlite

LEDGER = "notices.sqlite"


_SCHEMA = """
CREATE TABLE IF NOT EXISTS told (
    notice TEXT NOT NULL, recipient TEXT NOT NULL, fate TEXT NOT NULL, receipt TEXT NOT NULL DEFAULT '',
    tries INTEGER NOT NULL DEFAULT 0, at_ms INTEGER NOT NULL, PRIMARY KEY (notice, recipient)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sender (only_one INTEGER PRIMARY KEY CHECK (only_one = 1), token TEXT NOT NULL,
    until_ms INTEGER NOT NULL);
"""


class Ledger:
    """The ledger of one workspace. Opened by one thread and used by it.

    Raises:
        GisError: What :func:`gis.stores.sqlite.connect` raises; ``store.disk_full`` and the like while writing.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / LEDGER
        self._connection = sqlite.connect(self._path, create=True)
        with sqlite.translated(self._path):
            self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def enter(self, notice: str, recipients: Mapping[str, Fate], now_ms: int) -> int:
        """Enter who is to be told; who stands there already keeps its row. How many are new."""
        rows = [(notice, one, fate.value, now_ms) for one, fate in recipients.items()]
        with sqlite.translated(self._path), sqlite.transaction(self._connection) as connection:
            before = connection.total_changes
            connection.executemany(
                "INSERT OR IGNORE INTO told (notice, recipient, fate, at_ms) VALUES (?, ?, ?, ?)", rows
            )
            return int(connection.total_changes - before)

    def with_fate(self, notice: str, *fates: Fate) -> list[str]:
        """Recipients of *notice* that stand in one of these ways, by id."""
        marks = ", ".join("?" for _ in fates)
        sql = f"SELECT recipient FROM told WHERE notice = ? AND fate IN ({marks}) ORDER BY recipient"  # noqa: S608
        with sqlite.translated(self._path):
            return [str(row[0]) for row in self._connection.execute(sql, (notice, *(fate.value for fate in fates)))]

    def mark(self, notice: str, rows: Iterable[tuple[str, Fate, str]], now_ms: int) -> None:
        """Write down what became of recipients (id, fate, receipt), together, on the disk when this returns.

        Who was told stays told, with the first receipt, whatever comes later.
        """
        sql = (
            "UPDATE told SET fate = ?, receipt = ?, tries = tries + ?, at_ms = ? "
            "WHERE notice = ? AND recipient = ? AND fate <> 'told'"
        )
        values = [(fate.value, receipt, int(fate is Fate.SENT), now_ms, notice, one) for one, fate, receipt in rows]
        with sqlite.translated(self._path), sqlite.transaction(self._connection) as connection:
            connection.executemany(sql, values)

    def rows(self, notice: str) -> list[Row]:
        """All of *notice*, by recipient."""
        sql = "SELECT recipient, fate, receipt, tries, at_ms FROM told WHERE notice = ? ORDER BY recipient"
        with sqlite.translated(self._path):
            found = self._connection.execute(sql, (notice,)).fetchall()
        return [Row(str(who), Fate(fate), str(receipt), int(tries), int(at)) for who, fate, receipt, tries, at in found]

    def any_with_fate(self, notice: str, fates: Iterable[Fate]) -> bool:
        """Whether anybody stands in one of these ways."""
        named = [fate.value for fate in fates]
        marks = ", ".join("?" for _ in named)
        sql = f"SELECT 1 FROM told WHERE notice = ? AND fate IN ({marks}) LIMIT 1"  # noqa: S608
        with sqlite.translated(self._path):
            return self._connection.execute(sql, (notice, *named)).fetchone() is not None

    def notices(self) -> Sequence[str]:
        """Every notice that was begun."""
        with sqlite.translated(self._path):
            return [str(row[0]) for row in self._connection.execute("SELECT DISTINCT notice FROM told ORDER BY notice")]

    # One sender at a time

    def hold(self, token: str, now_ms: int, until_ms: int) -> None:
        """Become, or stay, the one who sends until *until_ms*.

        Raises:
            AppError: ``notice.being_sent`` where another process sends.
        """
        with sqlite.translated(self._path), sqlite.transaction(self._connection) as connection:
            held = connection.execute("SELECT token, until_ms FROM sender").fetchone()
            if held is not None and held[0] != token and held[1] > now_ms:
                raise AppError("notice.being_sent")
            connection.execute("REPLACE INTO sender (only_one, token, until_ms) VALUES (1, ?, ?)", (token, until_ms))

    def let_go(self, token: str) -> None:
        """Let others send."""
        with sqlite.translated(self._path), sqlite.transaction(self._connection) as connection:
            connection.execute("DELETE FROM sender WHERE token = ?", (token,))
