"""The desk's right side: strip charts of the channels in question, and the buttons of their axis of time."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QPushButton, QWidget

from app.live_requests import CurvesRead, ReadCurves
from app.requests import Reply
from app.telemetry.alarm_events import Deed
from app.telemetry.alarms import Side
from app.telemetry.live import Standing
from app.ui.asking import OneByOne
from app.ui.live.back_bar import BackBar
from app.ui.live.burst_strips import BurstStrips, burst_strips
from app.ui.live.model import LiveModel
from app.ui.live.multiples import AllCurves
from app.ui.live.rows import (
    STATES,
    doubts,
    levels_of,
    on_screen,
    shown,
    standing_words,
    station_value,
    worst_of_channels,
)
from app.ui.live.span import WIDTHS
from app.ui.live.strip_ground import Mark, StripHead, StripWords
from app.ui.live.strips import Strips
from app.ui.live.titles import title_of
from app.ui.look import Look
from app.ui.widgets import GAP, PADDING, Panel, SectionHeader, chip, column, segment_button

RENEW_MS = 2_000
"""So often curves that follow the present are read anew."""
MOST_STRIPS = 6
MOST_MARKS = 12
_BANDS_AFTER_MS = 60_000
_BACK_MS = 600_000
_INKS = {1: "red_text", 2: "amber_text", 3: "low", 4: "t1"}
_STANDING_TONES = {Standing.SUSPECT: "unintended", Standing.BAD: "unintended"}


class StripsPane(Panel):
    """Charts of the alarm in front and of what stands near it; of the gravest alarms where none is in front."""

    def __init__(self, look: Look, model: LiveModel) -> None:
        super().__init__(look)
        self._model = model
        self._pinned: tuple[int, ...] = ()
        self._reading = OneByOne(model.session.client, self._question, self._take_curves)
        self._bands_of: tuple[object, ...] = ()
        self._bands_asked: tuple[object, ...] = ()
        self._burst: BurstStrips | None = None
        self._shown_back: int | None = None
        self._loud: dict[int, int] = {}
        self._incidents: tuple[Mark, ...] = ()
        self.setProperty("surface", "panel")
        self.header = SectionHeader(look)
        self.strips = Strips(look)
        self.widths: list[QPushButton] = []
        for width in WIDTHS:
            button = segment_button()
            button.clicked.connect(lambda _on=False, chosen=width: self.strips.show_width(chosen))
            self.header.add(button)
            self.widths.append(button)
        self.live = segment_button()
        self.header.add(self.live)
        self._key = chip("F4", "key")
        self.header.add(self._key)
        self.live.clicked.connect(self._go_live)
        self.bar = BackBar(look, model)
        self.bar.wanted.connect(self.look_back)
        self.bar.compare_wanted.connect(lambda is_on: self.strips.compare(is_on=is_on))
        self.all = AllCurves(look, model, lambda row: self._head(row, self._loud.get(row)))
        self.all.hide()
        self.all.chosen.connect(self.show_channel)
        self.bar.all_wanted.connect(lambda is_on: self.show_all(is_on=is_on))
        layout = column(self, self.header, self.bar, self.strips, self.all)
        layout.setStretch(2, 1)
        layout.setStretch(3, 1)
        self._soon = QTimer(self, singleShot=True, interval=60)
        self._soon.timeout.connect(self._reading.overtake)
        self._renew = QTimer(self, interval=RENEW_MS)
        self._renew.timeout.connect(self._follow)
        self._renew.start()
        self.strips.span_changed.connect(self._span_changed)
        model.opened.connect(self._opened)
        model.changed.connect(self._show)
        model.changed.connect(self._turned)
        model.selected_changed.connect(self._take_selected)
        model.bursts.explained_changed.connect(self._take_explained)
        self.setMinimumWidth(420)
        self.retranslate()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._give_room()

    def _give_room(self) -> None:
        """Where there is little, the buttons are read and the words beside them are not."""
        needed = sum(button.sizeHint().width() + GAP for button in (*self.widths, self.live, self._key))
        is_wide = self.width() >= needed + self.header.title.sizeHint().width() + 2 * PADDING
        self._key.setVisible(is_wide)
        self.header.note.setVisible(is_wide)
        self.header.title.setVisible(self.width() >= needed - self._key.sizeHint().width() + 2 * PADDING)

    def retranslate(self) -> None:
        words = self.look.words
        self.header.title.setText(self.tr("Trends"))
        self._note_band()
        for button, width in zip(self.widths, WIDTHS, strict=True):
            seconds = int(width.total_seconds())
            days, minutes = seconds // 86_400, seconds // 60
            unit, count = (
                ("days", days) if days else ("hours", minutes // 60) if minutes >= 60 else ("minutes", minutes)
            )
            button.setText(words.say("age", "year") if days > 300 else words.say("age", unit, {"count": count}))
        self.live.setText(self.tr("Live"))
        self._give_room()
        self._span_words()
        self._take_explained()

    def show_all(self, *, is_on: bool) -> None:
        """A little chart of every channel in place of the strips, or the strips again."""
        # Without a place on screen yet nothing is shown: both appear with their host.
        self.strips.setVisible(not is_on)
        self.all.setVisible(is_on)
        if is_on:
            self.all.show_span(self.strips.span)
        elif not self._reading.under_way:
            self._soon.start()
        self._note_band()
        (self.all if is_on else self.strips).setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def shows_all(self) -> bool:
        """Whether every channel has its chart now."""
        return not self.all.isHidden()

    @property
    def shown(self) -> tuple[QWidget, tuple[int, ...]]:
        """What stands on screen: the strips or the charts, and the channels in sight, by position."""
        if not self.shows_all:
            return self.strips, self.rows
        grid = self.all.grid
        return self.all, tuple(grid.rows[at] for at in grid.in_sight)

    def _note_band(self) -> None:
        if self.shows_all:
            self.header.note.set_text(self.tr("Enter, or a click: the curve alone"))
            return
        usual = self.tr("grey band: same times, last 4 weeks")
        expected = self.tr("grey band: what is expected here now")
        self.header.note.set_text(usual if self._burst is None else expected)

    # Which channels

    @property
    def rows(self) -> tuple[int, ...]:
        """Channels that are drawn, by position."""
        setup, present = self._model.setup, self._model.present
        if setup is None:
            return ()
        found = list(self._pinned)
        if self._model.row is not None:
            found.append(self._model.row.channel)
        elif present is not None:
            found += [row.channel for row in self._model.rows if not row.is_aside]
        if found:
            found += self._near(found[0])
        found += range(len(setup.channels.records))
        return tuple(dict.fromkeys(found))[: min(MOST_STRIPS, self.strips.room)]

    def _near(self, row: int) -> list[int]:
        """Other channels by their distance from one."""
        assert self._model.setup is not None
        records = self._model.setup.channels.records
        here = records[row]
        if here.x_m is None or here.y_m is None:
            return []
        away = [
            ((other.x_m - here.x_m) ** 2 + (other.y_m - here.y_m) ** 2, other.quantity != here.quantity, at)
            for at, other in enumerate(records)
            if other.x_m is not None and other.y_m is not None and at != row and other.quantity not in STATES
        ]
        return [at for *_, at in sorted(away)]

    def show_channel(self, row: int) -> None:
        """Draw a channel first."""
        self.bar.all.setChecked(False)
        self._model.select("")
        self._pinned = (row,)
        self.strips.select(row)
        self._show()
        self._reading.overtake()

    def _opened(self) -> None:
        self._pinned, self._bands_of = (), ()
        self._reading.forget()
        self.strips.curves, self.strips.bands = {}, {}
        self.all.begin()
        self._show()
        self._soon.start()

    def _take_selected(self) -> None:
        row = self._model.row
        self._pinned = ()
        self.strips.select(-1 if row is None else row.channel)
        if row is not None and row.burst is not None:
            self.bar.all.setChecked(False)
        elif row is not None:
            self.all.bring(row.channel)
        if row is not None and row.raised_ms > 0:
            self.strips.look_at(row.raised_ms)
        self._show()
        self._reading.overtake()

    def _take_explained(self) -> None:
        """What the burst in front rests on takes the place of trends, until something else is in front."""
        row, told, setup = self._model.row, self._model.bursts.explained, self._model.setup
        was = self._burst
        is_told = told is not None and len(told.at_ms) > 0
        self._burst = None
        if is_told and told is not None and setup is not None and row is not None and row.burst is not None:
            most = max(3, min(MOST_STRIPS, self.strips.room))
            self._burst = burst_strips(setup, row.burst, told, most)
        if self._burst is not None:
            self._reading.forget()
            if was is None or was.span != self._burst.span:
                self.strips.show_span(self._burst.span)
            self.strips.show_curves(self._burst.rows, self._burst.curves, self._burst.bands)
        elif was is not None:
            self._bands_of = ()
            self.strips.bands, self.strips.curves = {}, {}
            self.strips.go_live()
            self._soon.start()
        self._note_band()
        self._show()

    # Reading

    def _span_changed(self) -> None:
        self._span_words()
        if self.shows_all:
            self.all.show_span(self.strips.span)
        else:
            self._soon.start()

    def _span_words(self) -> None:
        for button, width in zip(self.widths, WIDTHS, strict=True):
            button.setChecked(self.strips.span.width_ms == round(width.total_seconds() * 1000))
        self.live.setChecked(self.strips.span.is_live and self._model.back_ms is None)

    def _follow(self) -> None:
        if self.strips.isVisible() and self.strips.span.is_live and not self._reading.under_way:
            self._reading.ask()

    def _question(self) -> ReadCurves | None:
        """The curves of what is shown; bands, which hardly change, only when they are others."""
        rows = self.rows
        if not rows or self._model.setup is None or self._burst is not None:
            return None
        start, end = self.strips.span.limits(self._model.now_ms)
        known_ms = self._model.back_ms
        after_ms = _BANDS_AFTER_MS if known_ms is None else _BANDS_AFTER_MS * 60
        self._bands_asked = (rows, self.strips.span, end // after_ms, self.strips.columns)
        wants_bands = self._bands_asked != self._bands_of
        return ReadCurves(rows, start, end, self.strips.columns, wants_bands, known_ms)

    def _take_curves(self, told: Reply) -> None:
        if isinstance(told, CurvesRead):
            # Only now: an answer that was overtaken brought no bands.
            self._bands_of = self._bands_asked
            self.strips.show_curves(told.asked.rows, told.curves, told.bands)
            if set(self.rows) - set(told.asked.rows):
                self._reading.ask()

    # Showing

    def _show(self) -> None:
        setup, present = self._model.setup, self._model.present
        words = StripWords(self.tr("no data"), self.tr("cursor"), self.tr("Nothing is measured yet."), self.tr("−7 d"))
        if setup is None or present is None:
            self.strips.show_heads((), (), self._model.now_ms, words)
            return
        if self._burst is not None:
            self.strips.show_heads(self._burst.heads, self._burst.marks, present.at_ms, words)
            return
        self._loud = worst_of_channels(setup, present)
        if self.shows_all:
            self.all.show_present()
            return
        heads = [self._head(row, self._loud.get(row)) for row in self.rows]
        self.strips.show_heads(heads, self._marks(), present.at_ms, words)
        if {head.row for head in heads} - set(self.strips.curves) and not self._reading.under_way:
            self._soon.start()

    def _head(self, row: int, priority: int | None) -> StripHead:
        setup, present, words = self._model.setup, self._model.present, self.look.words
        assert setup is not None
        assert present is not None
        channel = setup.channels.records[row]
        factor, unit, decimals = on_screen(channel.quantity)
        standing = Standing(int(present.standings[row]))
        value, is_state = float(present.values[row]), channel.quantity in STATES
        limits = tuple(
            (limit.limit, limit.priority)
            for limit in setup.limits.records
            # The limit of a state lies between its numbers, where nothing is read off.
            if limit.channel == row and limit.side is not Side.SILENT and not is_state
        )
        tone = _INKS[priority] if priority is not None else _STANDING_TONES.get(standing, "t1")
        state = standing_words(words, present, row)
        if priority is not None:
            why = doubts(words, present, row)
            state = words.say("alarm_row", "priority", {"count": priority}) + (f" · {why}" if why else "")
        if standing >= Standing.STALE and priority is None:
            tone = "t3"
        return StripHead(
            row,
            title_of(words, channel, self._model.city),
            channel.id,
            station_value(words, channel.quantity, value) if is_state else shown(channel.quantity, value),
            unit,
            state,
            tone,
            factor,
            decimals,
            limits,
            round(channel.interval_s * 1000),
            levels_of(words, channel.quantity),
        )

    def _marks(self) -> tuple[Mark, ...]:
        setup = self._model.setup
        assert setup is not None
        names = {limit.id: limit for limit in setup.limits.records}
        shown_rows = set(self.rows)
        found = []
        for event in self._model.events:
            limit = names.get(event.alarm)
            if event.what is not Deed.RAISED or limit is None or limit.side is Side.SILENT:
                continue
            if limit.channel in shown_rows or limit.priority == 1:
                channel = setup.channels.records[limit.channel]
                found.append(Mark(event.at_ms, channel.id, _INKS[limit.priority], limit.channel))
        return (*found[-MOST_MARKS:], *self._incidents)

    def show_incidents(self, incidents: Sequence[tuple[int, str]]) -> None:
        """Mark incidents: when each was opened (UTC milliseconds), and its number."""
        marks = tuple(Mark(at_ms, number, "t1") for at_ms, number in sorted(incidents)[-MOST_MARKS:])
        if marks != self._incidents:
            self._incidents = marks
            self._show()

    # The past

    def look_back(self) -> None:
        """Shift+F4: what was seen at the cursor, or ten minutes ago where there is none; again: the present."""
        if self._model.return_to_now():
            return
        at_ms = self.strips.cursor_ms
        self._model.look_back(self._model.latest_ms - _BACK_MS if at_ms is None else at_ms)
        self.strips.go_live()

    def _go_live(self) -> None:
        """The present, from wherever it looks."""
        self._model.return_to_now()
        self.strips.go_live()
        self._span_words()

    def _turned(self) -> None:
        """The strips end at the moment that is shown."""
        if self._shown_back != self._model.back_ms:
            self._span_words()
            self._shown_back = self._model.back_ms
            if self.shows_all:
                self.all.show_span(self.strips.span)
            # Pictures may turn faster than curves come: one question at a time, and the last moment is not missed.
            if self._reading.under_way:
                self._reading.ask()
            else:
                self._soon.start()

    # Keys

    def focus(self) -> None:
        """F4: the keyboard moves the cursor of time, or from chart to chart where all are shown."""
        (self.all if self.shows_all else self.strips).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        strips = self.strips
        step = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        match event.key():
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                strips.zoom(0.5, strips.cursor_ms)
            case Qt.Key.Key_Minus:
                strips.zoom(2.0, strips.cursor_ms)
            case Qt.Key.Key_Left:
                strips.move_cursor(-step)
            case Qt.Key.Key_Right:
                strips.move_cursor(step)
            case Qt.Key.Key_PageUp:
                strips.shift(-0.5)
            case Qt.Key.Key_PageDown:
                strips.shift(0.5)
            case Qt.Key.Key_W:
                self.bar.week.click()
            case Qt.Key.Key_A:
                self.bar.all.click()
            case Qt.Key.Key_End:
                strips.go_live()
            case _:
                super().keyPressEvent(event)
