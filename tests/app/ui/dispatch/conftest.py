"""The town on the dispatch desk."""

from pathlib import Path

import pytest
from console_driver import Driver
from dispatch_hands import Hands
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from app.dispatch.acts import ListCrew


@pytest.fixture
def hands(desk: Driver) -> Hands:
    """The town on the dispatch desk, with two crews at their bases."""
    QTest.keyClick(desk.window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    desk.until(lambda: desk.window.dispatch.model.view is not None)
    nodes = desk.session.city.network.nodes
    near, far = (float(nodes.x_m[4]), float(nodes.y_m[4])), (float(nodes.x_m[0]), float(nodes.y_m[0]))
    for act in (ListCrew("抢07", largest_dn_mm=800.0, base_m=near), ListCrew("抢03", largest_dn_mm=300.0, base_m=far)):
        desk.window.dispatch.model.do(act)
        desk.idle()
    return Hands(desk)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    picture = QImage(8, 8, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.gray)
    path = tmp_path / "site.png"
    assert picture.save(str(path))
    return path
