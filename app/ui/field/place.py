"""Where one stands, by a receiver: which one, how sure it is, how long ago it spoke."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QSettings, QTimer, Signal

from app.feeds.gps import GpsFeed
from app.feeds.inbox import Inbox, Link
from app.feeds.nmea import Fix
from app.field_requests import HerePlaced, PlaceHere
from app.requests import Failed, Reply
from app.ui.asking import OneByOne
from app.ui.field.map_sheet import Here
from app.ui.session import Session

LOOK_MS = 500
STALE_MS = 15_000
"""House: at a walk one is twenty metres on after so long."""
_SOURCE = "field_gps"


class WhereAmI(QObject):
    """Listens to a receiver, and asks the desk process where that lies in the city.

    Attributes:
        source: As it was typed: a serial line or file, ``gpsd://host``, ``tcp://host:port``; "" for none.

    Signals:
        changed: Another place, or it has grown old, or the line stands otherwise.
    """

    changed = Signal()

    def __init__(
        self, session: Session, settings: QSettings, now_ms: Callable[[], int], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._settings, self._now_ms = session, settings, now_ms
        self.source = str(settings.value(_SOURCE, ""))
        self._feed: GpsFeed | None = None
        self._fix: Fix | None = None
        self._place_m: tuple[float, float] | None = None
        self._asked: Fix | None = None
        self._off_earth = False
        self._told: object = None
        self._asking = OneByOne(session.client, self._question, self._take)
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self._hear)

    def begin(self) -> None:
        """Listen while the desk is in front."""
        if self.source and self._feed is None:
            self._feed = GpsFeed(self.source, Inbox(self._now_ms))
            self._feed.start()
            self._look.start()

    def end(self) -> None:
        """Listen no more; the receiver is free for others."""
        self._look.stop()
        self._asking.forget()
        if self._feed is not None:
            self._feed.close()
            self._feed = None

    def listen_to(self, source: str) -> None:
        """Another receiver, now and for later starts; "" for none."""
        self.end()
        self.source, self._fix, self._place_m, self._asked = source, None, None, None
        self._settings.setValue(_SOURCE, source)
        self.begin()
        self.changed.emit()

    @property
    def link(self) -> Link | None:
        """How the line to the receiver stands; None without one."""
        return None if self._feed is None else self._feed.link

    @property
    def searching(self) -> bool:
        """Whether the receiver says that it has no place now."""
        return self._feed is not None and self._feed.searching

    @property
    def fix(self) -> Fix | None:
        """The receiver's last word about where it is."""
        return self._fix

    @property
    def off_earth(self) -> bool:
        """Whether the city's place on the Earth is not known: then no receiver helps."""
        return self._off_earth

    @property
    def age_ms(self) -> int | None:
        """How long ago the receiver spoke last; None where it never did."""
        return None if self._fix is None else max(self._now_ms() - self._fix.heard_ms, 0)

    @property
    def here(self) -> Here | None:
        """Where one stands, as far as it is known."""
        age_ms = self.age_ms
        if self._place_m is None or self._fix is None or age_ms is None:
            return None
        return Here(self._place_m, self._fix.accuracy_m, age_ms > STALE_MS)

    def _hear(self) -> None:
        if self._feed is None:
            return
        heard = self._feed.latest()
        if heard is not None and heard != self._fix:
            self._fix = heard
            self._asking.ask()
        age_ms = self.age_ms
        told = (self._fix, self.link, None if age_ms is None else age_ms // 1000)
        if told != self._told:
            self._told = told
            self.changed.emit()

    def _question(self) -> PlaceHere | None:
        if self._fix is None or self._session.workspace is None or self._fix == self._asked:
            return None
        self._asked = self._fix
        return PlaceHere(self._fix.longitude, self._fix.latitude)

    def _take(self, reply: Reply) -> None:
        if isinstance(reply, Failed):
            return
        assert isinstance(reply, HerePlaced)
        self._place_m, self._off_earth = reply.place_m, reply.place_m is None
        self.changed.emit()
