"""Two consoles on one workspace: what is edited at one is taken in at the other, and each takes back its own alone."""

import getpass
from collections.abc import Callable

import pytest
from console_driver import Driver

from app.edit_requests import EditDraft
from app.ui.desks import EDIT, PLAN


class Operators:
    """Who sits in front: the login name changes with the chair."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.name = "李工"
        monkeypatch.setattr(getpass, "getuser", lambda: self.name)


@pytest.fixture
def operators(monkeypatch: pytest.MonkeyPatch) -> Operators:
    return Operators(monkeypatch)


@pytest.fixture
def second(start: Callable[..., Driver], desk: Driver) -> Driver:
    """Another console on the workspace that *desk* has open."""
    assert desk.session.workspace is not None
    return start(workspace=desk.session.workspace.folder).open()


def dn_of(driver: Driver, pipe: str) -> int:
    city = driver.session.city
    assert city is not None
    return int(city.network.pipes.dn_mm[driver.row("pipe", pipe)])


def written(driver: Driver, pipe: str, dn_mm: float) -> None:
    editor = driver.window.editing.editor
    editor.place(EditDraft("set", "pipe", pipe, fields={"dn_mm": dn_mm}))
    driver.until(lambda: editor.ready)
    editor.commit("")
    driver.idle()
    assert dn_of(driver, pipe) == dn_mm, driver.window.notice.text.text()


def take_back(driver: Driver, pipe: str, was: int) -> None:
    """Undo; once more where the other console was writing just then: that is said, and nothing is done."""
    editor = driver.window.editing.editor
    for _ in range(3):
        driver.idle()
        editor.refresh()
        driver.idle()
        editor.undo()
        driver.idle()
        if dn_of(driver, pipe) == was:
            return
    raise AssertionError(driver.window.notice.text.text())


def test_an_edit_is_seen_at_the_other_console_and_each_takes_back_its_own(
    desk: Driver, second: Driver, operators: Operators
) -> None:
    first = desk
    pipe, other = (first.session.city.network.pipes.ids[row] for row in (0, 1))
    was, was_other = dn_of(first, pipe), dn_of(first, other)
    first.window.desks.show(EDIT)
    second.window.desks.show(PLAN)
    operators.name = "李工"
    first.idle()
    written(first, pipe, 111.0)
    second.until(lambda: dn_of(second, pipe) == 111)
    assert second.session.workspace.revision == first.session.workspace.revision
    second.until(lambda: "李工" in second.window.status.told.text and pipe in second.window.status.told.text)
    operators.name = "王工"
    second.window.desks.show(EDIT)
    second.idle()
    written(second, other, 222.0)
    first.until(lambda: dn_of(first, other) == 222)
    operators.name = "李工"
    take_back(first, pipe, was)
    assert dn_of(first, other) == 222
    second.until(lambda: dn_of(second, pipe) == was)
    operators.name = "王工"
    take_back(second, other, was_other)
    first.until(lambda: dn_of(first, other) == was_other)
