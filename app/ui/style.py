"""The look of Qt's own widgets, made from a theme: one palette and one style sheet for the application."""

from __future__ import annotations

from string import Template

from PySide6.QtGui import QColor, QPalette

from app.ui.theme import Theme

# Fonts are set in code (app.ui.fonts), where the sizes have names.
_SHEET = Template("""
* { outline: 0; }
QWidget { color: $t1; background: transparent; }
QMainWindow, QDialog { background: $bg0; }
QMainWindow::separator { background: $line; width: 1px; height: 1px; }
QToolTip { color: $t1; background: $bg2; border: 1px solid $line2; padding: 4px 8px; }

[surface="panel"] { background: $bg1; }
[surface="bar"] { background: $bg1; }
[surface="field"] { background: $bg0; }
[edge="bottom"] { border-bottom: 1px solid $line; }
[edge="both"] { border-top: 1px solid $line; border-bottom: 1px solid $line; }
[edge="top"] { border-top: 1px solid $line; }
[edge="right"] { border-right: 1px solid $line; }
[tone="t1"] { color: $t1; }
[tone="t2"] { color: $t2; }
[tone="t3"] { color: $t3; }
[tone="acc"] { color: $acc; }
[tone="red"] { color: $red_text; }
[tone="amber"] { color: $amber_text; }
[tone="leak"] { color: $leak; }
[tone="unintended"] { color: $unintended; }
[tone="on_storage"] { color: $on_storage; }

[notice="amber"] { background: $bg2; border-left: 4px solid $amber; border-bottom: 1px solid $line; }
#popup { border: 1px solid $line2; }

QLabel[chip="plain"] { color: $t1; background: $bg1; border: 1px solid $line2; border-radius: 3px; padding: 1px 8px; }
QLabel[chip="quiet"] { color: $t2; border: 1px solid $line; border-radius: 3px; padding: 1px 8px; }
QLabel[chip="amber"] { color: $amber_on; background: $amber; border: 1px solid $amber; border-radius: 3px;
    padding: 1px 8px; }
QLabel[chip="outline"] { color: $amber_text; border: 1px dashed $amber_text; border-radius: 3px; padding: 1px 8px; }
QLabel[chip="key"] { color: $t3; border: 1px solid $line2; border-radius: 3px; padding: 0px 5px; }

QPushButton { color: $t1; background: $bg2; border: 1px solid $line2; border-radius: 4px; padding: 0 12px;
    min-height: 30px; }
QPushButton:hover { background: $bg3; }
QPushButton:pressed { background: $bg0; }
QPushButton:checked { background: $bg3; border-color: $acc; }
QPushButton:focus { border: 2px solid $acc; padding: 0 11px; min-height: 28px; }
QPushButton:disabled { color: $t3; border-color: $line; background: $bg1; }
QPushButton[primary="true"] { color: $action_on; background: $action; border-color: $action; }
QPushButton[primary="true"]:focus { border: 2px solid $acc; }
QPushButton[primary="true"]:disabled { color: $t3; background: $bg2; border-color: $line; }
QPushButton[segment="true"] { border-radius: 0; min-height: 26px; padding: 0 10px; background: $bg1; }
QPushButton[segment="true"]:checked { background: $bg3; border-color: $acc; }
QPushButton[segment="true"]:focus { border: 2px solid $acc; min-height: 24px; padding: 0 9px; }
QPushButton[flat="true"], QToolButton { background: transparent; border: 1px solid transparent; border-radius: 4px;
    padding: 0 8px; min-height: 26px; color: $t2; }
QPushButton[flat="true"]:hover, QToolButton:hover { background: $bg2; color: $t1; }
QPushButton[flat="true"]:focus, QToolButton:focus { border: 2px solid $acc; padding: 0 7px; min-height: 24px; }
QPushButton[link="true"] { background: transparent; border: 0; color: $acc; padding: 0; min-height: 20px;
    text-align: left; }
QPushButton[link="true"]:focus { border: 0; text-decoration: underline; padding: 0; min-height: 20px; }
QPushButton[tab="true"] { background: transparent; border: 0; border-bottom: 2px solid transparent; border-radius: 0;
    padding: 0 12px; min-height: 32px; color: $t2; }
QPushButton[tab="true"][tight="true"] { padding: 0 7px; }
QPushButton[tab="true"]:checked { color: $t1; border-bottom: 2px solid $acc; }
QPushButton[tab="true"]:hover { color: $t1; }
QPushButton[tab="true"]:focus { background: $bg3; }
QPushButton::menu-indicator, QToolButton::menu-indicator { image: none; width: 0; }

QLineEdit, QPlainTextEdit, QSpinBox, QDoubleSpinBox, QComboBox { color: $t1; background: $bg0; border: 1px solid $line2;
    border-radius: 4px; padding: 0 8px; min-height: 28px; selection-background-color: $acc;
    selection-color: $bg0; placeholder-text-color: $t3; }
QLineEdit:focus, QPlainTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus {
    border: 2px solid $acc; padding: 0 7px; min-height: 26px; }
QLineEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled { color: $t3; border-color: $line; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { width: 0; border: 0; }
QComboBox::drop-down { border: 0; width: 22px; }
QComboBox::down-arrow { image: none; }
QComboBox QAbstractItemView { background: $bg1; border: 1px solid $line2; selection-background-color: $bg3;
    selection-color: $t1; }

QPushButton[field="true"] { border: 2px solid $t1; background: $bg1; border-radius: 6px; padding: 0 10px;
    min-height: 44px; }
QPushButton[field="true"]:hover { background: $bg3; }
QPushButton[field="true"]:pressed, QPushButton[field="true"]:checked { background: $action; color: $action_on; }
QPushButton[field="true"]:focus { border: 4px solid $acc; padding: 0 8px; min-height: 40px; }
QPushButton[field="true"]:disabled { border: 2px dashed $line2; background: $bg1; }
QPushButton[field="true"][primary="true"]:enabled { background: $action; }
QLineEdit[field="true"] { border: 2px solid $t1; background: $bg1; min-height: 44px; padding: 0 8px; }
QLineEdit[field="true"]:focus { border: 4px solid $acc; min-height: 40px; padding: 0 6px; }
[surface="card"] { background: $bg3; border: 3px solid $acc; border-radius: 4px; }

QCheckBox { min-height: 28px; }

QTableView, QListView, QTreeView { background: $bg1; border: 0; selection-background-color: $bg3;
    selection-color: $t1; alternate-background-color: $bg1; gridline-color: $line; }
QTableView:focus { border-left: 2px solid $acc; }
QHeaderView { background: $bg1; border: 0; }
QHeaderView::section { background: $bg1; color: $t2; border: 0; border-bottom: 1px solid $line; padding: 0 6px; }
QHeaderView::section:first { padding-left: 16px; }
QHeaderView::section:last { padding-right: 16px; }
QHeaderView::section:only-one { padding: 0 16px; }
QHeaderView::section:hover { color: $t1; }

QMenu { background: $bg1; border: 1px solid $line2; padding: 4px 0; }
QMenu::item { padding: 5px 28px 5px 16px; color: $t1; }
QMenu::item:selected { background: $bg3; }
QMenu::item:disabled { color: $t3; }
QMenu::separator { height: 1px; background: $line; margin: 4px 0; }

QScrollArea { border: 0; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $line2; border-radius: 3px; margin: 2px; min-height: 28px; min-width: 28px; }
QScrollBar::handle:hover { background: $t3; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page { background: transparent;
    width: 0; height: 0; }
QProgressBar { background: $bg0; border: 1px solid $line2; border-radius: 3px; min-height: 8px; max-height: 8px; }
QProgressBar::chunk { background: $acc; border-radius: 2px; }
QSplitter::handle { background: $line; }
QDockWidget { color: $t1; }
QStatusBar { background: $bg1; border: 0; }
QStatusBar::item { border: 0; }
""")


def style_sheet(theme: Theme) -> str:
    """The application's style sheet in *theme*."""
    return _SHEET.substitute({name: value for name, value in vars(theme).items() if isinstance(value, str)})


def palette(theme: Theme) -> QPalette:
    """Colours for whatever Qt draws without a style sheet."""
    made = QPalette()
    role = QPalette.ColorRole
    for group, colour in (
        (role.Window, theme.bg0),
        (role.Base, theme.bg1),
        (role.AlternateBase, theme.bg1),
        (role.Button, theme.bg2),
        (role.ToolTipBase, theme.bg2),
        (role.Highlight, theme.bg3),
        (role.WindowText, theme.t1),
        (role.Text, theme.t1),
        (role.ButtonText, theme.t1),
        (role.ToolTipText, theme.t1),
        (role.HighlightedText, theme.t1),
        (role.PlaceholderText, theme.t3),
        (role.Link, theme.acc),
        (role.Mid, theme.line),
        (role.Dark, theme.line2),
    ):
        made.setColor(group, QColor(colour))
    for group in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, group, QColor(theme.t3))
    return made
