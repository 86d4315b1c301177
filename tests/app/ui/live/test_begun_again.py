"""A recorder that could not begin is begun again by itself once it can."""

from collections.abc import Callable
from pathlib import Path

import pytest
from console_driver import Driver
from demo_town import set_up

from app.live_requests import WatchLive
from app.requests import Failed
from app.telemetry.setup import FOLDER, SETUP


def test_a_set_up_that_is_mended_is_watched_without_being_opened_again(
    start: Callable[..., Driver], town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.ui.live.model.AGAIN_MS", 50)
    set_up(town, interval_s=0.2)
    file = town / FOLDER / SETUP
    whole = file.read_text(encoding="utf-8")
    file.write_text(whole.replace('"pressure"', '"pressure", "device": 7'), encoding="utf-8")
    driver = start()
    told: list[Failed] = []
    driver.session.refused.connect(told.append)
    driver.open()
    model = driver.window.live.model
    driver.until(lambda: sum(isinstance(one, WatchLive) for one in driver.worker.asked) >= 3)
    assert [one.code for one in told] == ["telemetry.bad_setup"], "it is tried again, and told once"
    file.write_text(whole, encoding="utf-8")
    driver.until(lambda: model.present is not None)
    driver.idle()
