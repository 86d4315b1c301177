"""Damaged files: what can be done about them, offered over the map where they are told of. Nothing is thrown away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout

from app.care_requests import FilesRescued, LookForRescue, RescueFiles, RescueFound
from app.messages.rescued import rescued_lines
from app.requests import Failed, Reply
from app.times import CITY_TIME
from app.ui import fonts
from app.ui.asking import Latest
from app.ui.files_line import DAMAGE
from app.ui.look import Look
from app.ui.menus import show_dialog
from app.ui.session import Session
from app.ui.widgets import GAP, PADDING, ElidedLabel, KeyButton, Label, Panel, clear

_MOST_BACKUPS = 2


class RescueOffer(Panel):
    """Hidden until files of the workspace that is open, or was to be opened, are found damaged.

    Attributes:
        found: What there is to begin with; None until that is known.
        done: What became of it; None before.
    """

    def __init__(self, look: Look, session: Session) -> None:
        super().__init__(look)
        self._session = session
        self._folder: Path | None = None
        self._looking, self._rescuing = Latest(session.client), Latest(session.client)
        self.found: RescueFound | None = None
        self.done: FilesRescued | None = None
        self._refused: Failed | None = None
        self._was_open = False
        self.setProperty("surface", "panel")
        self.setProperty("edge", "bottom")
        self.title = ElidedLabel(look, size=fonts.BODY, weight=600)
        self.text = Label(size=fonts.TABLE, tone="t2", wrap=True)
        self.buttons: list[KeyButton] = []
        self._line = QHBoxLayout()
        self._line.setSpacing(GAP)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PADDING, 10, PADDING, 10)
        layout.setSpacing(8)
        layout.addWidget(self.title)
        layout.addWidget(self.text)
        layout.addLayout(self._line)
        session.opening.connect(self._begin)
        session.refused.connect(self._hear)
        self.hide()

    def _begin(self, folder: Path) -> None:
        """Another workspace is to be opened: what is offered belongs to the one before, unless it was made sound."""
        if self._folder != folder:
            self._folder, self.found, self.done, self._refused = folder, None, None, None
            self._looking.drop()
            self.hide()

    def _hear(self, failed: Failed) -> None:
        """Something was refused; only damage of the workspace's own files is a matter of this."""
        folder, path = self._folder, failed.detail.get("path")
        if failed.code not in DAMAGE or folder is None or path is None or self._rescuing.under_way:
            return
        if Path(str(path)).parent.resolve() == folder.resolve():
            self.done = self._refused = None
            self._looking.ask(LookForRescue(folder), self._take_found)

    def _take_found(self, reply: Reply) -> None:
        if isinstance(reply, RescueFound):
            self.found = reply
            self.retranslate()
            self.show()
        else:
            self._session.is_refusal(reply)

    # What is done

    def rescue(self, backup: Path | None = None, *, from_hub: bool = False) -> None:
        """Set the damaged workspace aside and put a sound one in its place, then open that."""
        folder = self._folder
        if folder is None or self._rescuing.under_way:
            return
        # Whoever has the files open would go on writing into what is set aside.
        self._was_open = self._session.workspace is not None
        self._session.leave_workspace()
        self._refused = None
        self._rescuing.ask(RescueFiles(folder, backup, from_hub), self._take_done)
        self.retranslate()

    def _take_done(self, reply: Reply) -> None:
        if isinstance(reply, FilesRescued):
            self.done, self.found = reply, None
            self._session.open_workspace(reply.folder)
        else:
            assert isinstance(reply, Failed)
            self._refused = reply
            if self._was_open and self._folder is not None:
                # Nothing has changed there: who was at work goes on.
                self._session.open_workspace(self._folder)
        self.retranslate()

    def choose_backup(self) -> None:
        """Ask for the folder of a backup; the window stays usable meanwhile."""
        dialog = QFileDialog(self.window(), self.tr("Backup of this workspace"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda path: self.rescue(Path(path)))
        show_dialog(dialog)

    def put_away(self) -> None:
        """Not now: the word in the status bar stays, and the next opening offers it again."""
        self.found = self.done = self._refused = None
        self.hide()

    # What it says

    def retranslate(self) -> None:
        """Write every word again, and the buttons for what can be done now."""
        clear(self._line)
        self.buttons = []
        folder = "" if self._folder is None else str(self._folder)
        self.text.set_tone("t2")
        if self.done is not None:
            self.title.set_text(self.tr("A sound workspace is in the place of the damaged one"))
            self.text.setText(" ".join(rescued_lines(self.done, self.look.words)))
            self._add(self.tr("Close"), self.put_away, primary=True)
        elif self._rescuing.under_way:
            self.title.set_text(self.tr("Making a sound workspace"))
            self.text.setText(self.tr("{folder} stays as it is until the sound one is whole.").format(folder=folder))
        elif self.found is not None:
            self.title.set_text(self.tr("Set the damaged files aside and put a sound workspace in their place?"))
            if self._refused is None:
                self.text.setText(self._promise())
            else:
                self.text.set_tone("amber")
                self.text.setText(self.look.words.refusal(self._refused.code, self._refused.detail))
            self._offer(self.found)
        self._line.addStretch(1)

    def _promise(self) -> str:
        kept = self.tr(
            "Nothing is thrown away: the damaged folder is kept beside it, and entries of its journal that can be read"
            " come along, also those that were not sent yet. Other consoles on it are to be closed first."
        )
        assert self.found is not None
        if self.found.own_network or self.found.hub or self.found.backups:
            return kept
        lacking = self.tr("The network file is damaged too: a backup is needed.")
        return f"{kept} {lacking}"

    def _add(self, text: str, do: Callable[[], object], *, primary: bool = False) -> KeyButton:
        button = KeyButton(self.look, primary=primary)
        button.setText(text)
        button.clicked.connect(lambda _checked=False: do())
        self._line.addWidget(button)
        self.buttons.append(button)
        return button

    def _offer(self, found: RescueFound) -> None:
        primary = True
        if found.hub:
            self._add(self.tr("From the hub {server}").format(server=found.hub), self._from_hub, primary=primary)
            primary = False
        for backup in found.backups[:_MOST_BACKUPS]:
            at = datetime.fromtimestamp(backup.at_ms / 1000, CITY_TIME)
            said = self.tr("From the backup of {time}").format(time=f"{at:%Y-%m-%d %H:%M}")
            button = self._add(said, partial(self.rescue, backup.folder), primary=primary)
            button.setToolTip(str(backup.folder))
            primary = False
        self._add(self.tr("Choose a backup…"), self.choose_backup, primary=primary and not found.own_network)
        if found.own_network:
            self._add(self.tr("From what can be read"), self.rescue, primary=primary)
        self._add(self.tr("Not now"), self.put_away)

    def _from_hub(self) -> None:
        self.rescue(from_hub=True)
