"""That no way is left: what holds on the border of the plan, in one sentence with its figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from PySide6.QtWidgets import QFrame, QVBoxLayout

from app.messages import formats
from app.ui import fonts
from app.ui.look import Look
from app.ui.planning.study import Study
from app.ui.session import Session
from app.ui.widgets import PADDING, IconLabel, Label, Panel, Section, clear, column, row
from network.answers import Certificate, Holds, Note
from network.topology import City

_ORDER = (Holds.CLOSED_BY_PLAN, Holds.FOUND_CLOSED, Holds.CHECK_VALVE, Holds.NOTHING_BEHIND)


class ProofSection(Panel):
    """Sentences of the certificate."""

    def __init__(self, look: Look, session: Session, study: Study) -> None:
        super().__init__(look)
        self._session, self._study = session, study
        self._section = Section(look)
        self._lines = QVBoxLayout()
        self._lines.setContentsMargins(PADDING, 8, PADDING, 10)
        self._lines.setSpacing(6)
        self._section.body.addLayout(self._lines)
        column(self, self._section)
        study.backed_changed.connect(self.retranslate)
        self.retranslate()

    @property
    def texts(self) -> list[str]:
        """What its lines say."""
        return [label.text() for label in self.findChildren(Label) if label.wordWrap()]

    def retranslate(self) -> None:
        backed, facts = self._study.backed, self._session.plan
        clear(self._lines)
        # A branch valve stands on no main, and what had no water needs no proof.
        told = facts is not None and not {Note.OWN_BRANCH_VALVE, Note.NOT_SUPPLIED_BEFORE} & set(facts.plan.notes)
        self.appear(backed is not None and told)
        if backed is None or facts is None or not told:
            return
        self._section.header.title.setText(self.tr("Proof"))
        self._section.header.note.set_text(self.tr("from the leak back over all that lets water pass"))
        self._write(backed.certificate, facts.city)

    def _write(self, certificate: Certificate, city: City) -> None:
        if certificate.no_way_left:
            held = self._held(certificate)
            text = self.tr("No path is left from any source. {count} {count|device|devices} on the border: {held}.")
            self._line("tick", "t2", formats.filled(text, count=formats.number(len(certificate.border)), held=held))
        else:
            names = _listed(city.network.sources.ids[source] for source in certificate.reached)
            text = self.tr("A path is left from {sources}: it is drawn on the map. Valves alone do not do.")
            self._line("warning", "red_text", text.format(sources=names))
        if certificate.seeping:
            names = _listed(city.network.devices.ids[device] for device in certificate.seeping)
            text = self.tr("Close {valves} too: nobody has water behind, but some may seep through.")
            self._line("warning", "amber_text", text.format(valves=names))

    def _held(self, certificate: Certificate) -> str:
        words, counts = self.look.words, Counter(item.holds for item in certificate.border)
        parts = [f"{counts[holds]} {words.say('holds', holds)}" for holds in _ORDER if counts[holds]]
        return words.say("join", "names").join(parts)

    def _line(self, icon: str, tone: str, text: str) -> None:
        line = QFrame()
        label = Label(text, size=fonts.TABLE, wrap=True)
        line.setLayout(row(IconLabel(self.look, icon, tone), label, stretch_last=True))
        self._lines.addWidget(line)


def _listed(ids: Iterable[str]) -> str:
    return ", ".join(ids)
