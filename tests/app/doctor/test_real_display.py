"""The doctor on an X11 display of its own: the platform plug-in and its system libraries really load."""

import sys

import pytest

from app.doctor.checks import display
from app.doctor.findings import Status

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="X11 is the display of Linux")


def test_a_display_is_opened_and_named(x11: str) -> None:
    finding = display({"DISPLAY": x11})
    assert finding.status is Status.OK, finding
    assert finding.detail == {"platform": "xcb", "screens": "1"}


def test_a_display_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":987")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    finding = display({"DISPLAY": ":987"})
    assert (finding.status, finding.code) == (Status.WARN, "display_refused")
    assert ":987" in finding.detail["reason"]
