"""Theme and language of the running console, and word of their change."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject, QTranslator, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from app import resources
from app.messages import Words, load_words
from app.ui import fonts, style
from app.ui.theme import THEMES, Theme


class Look(QObject):
    """What every widget asks before it writes or paints.

    Widgets that paint by themselves redraw on :attr:`theme_changed`; widgets with text write it again on
    :attr:`language_changed`.
    """

    theme_changed = Signal()
    language_changed = Signal()

    def __init__(self, theme: str = "dark", language: str = "zh_CN", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = THEMES[theme]
        self._words = load_words(language)
        self._translator: QTranslator | None = None

    @property
    def theme(self) -> Theme:
        """The theme in force."""
        return self._theme

    @property
    def words(self) -> Words:
        """The words of the language in force."""
        return self._words

    @property
    def language(self) -> str:
        """``zh_CN`` or ``en``."""
        return self._words.language

    def colour(self, token: str) -> QColor:
        """The colour of *token* in the theme in force."""
        return QColor(getattr(self._theme, token))

    def apply(self) -> None:
        """Dress the application: font, palette, style sheet, translator."""
        self.prepare()
        self.dress()

    def prepare(self) -> None:
        """What widgets need while they are made: font, palette, translator."""
        QApplication.setFont(fonts.font())
        self._application().setPalette(style.palette(self._theme))
        self.set_language(self.language)

    def dress(self) -> None:
        """Put the style sheet on.

        Once for all widgets when they have been made: under a style sheet each one that is put into a layout has
        everything inside it dressed anew, which took half of the time that the window takes to be there.
        """
        self._application().setStyleSheet(style.style_sheet(self._theme))

    def withdraw(self) -> None:
        """Take the translator out of the application again: what is made after this console speaks for itself."""
        if self._translator is not None:
            QCoreApplication.removeTranslator(self._translator)
            self._translator = None

    def set_theme(self, name: str) -> None:
        """Change to the theme *name*."""
        self._theme = THEMES[name]
        self._application().setPalette(style.palette(self._theme))
        self.dress()
        self.theme_changed.emit()

    def set_language(self, language: str) -> None:
        """Change to *language*: the catalogue for codes and Qt's translator for widgets together."""
        if language != self.language:
            self._words = load_words(language)
        self.withdraw()
        if language != "en":  # English is the language of the source.
            translator = QTranslator(self)
            path = resources.folder("i18n") / f"sluice_{language}.qm"
            if not translator.load(str(path)):
                raise RuntimeError(f"translation cannot be read: {path.name}")
            QCoreApplication.installTranslator(translator)
            self._translator = translator
        self.language_changed.emit()

    @staticmethod
    def _application() -> QApplication:
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        return application
