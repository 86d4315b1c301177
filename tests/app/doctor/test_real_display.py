"""The doctor on an X11 display of its own: the platform plug-in and its system libraries really load."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest

from app.doctor.checks import display
from app.doctor.findings import Status

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="X11 is the display of Linux")


@pytest.fixture
def x11(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Name of a fresh X11 display. `make test` installs the server, so its absence is a failure and not a skip."""
    server = shutil.which("Xvfb")
    assert server is not None, "Xvfb is missing: python3 tools/set_up.py test"
    reading, writing = os.pipe()
    with subprocess.Popen(
        [server, "-displayfd", str(writing), "-screen", "0", "1280x800x24", "-nolisten", "tcp"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    ) as xvfb:
        os.close(writing)
        with os.fdopen(reading) as answer:
            number = answer.readline().strip()
        try:
            monkeypatch.setenv("DISPLAY", f":{number}")
            monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
            yield f":{number}"
        finally:
            xvfb.terminate()


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
