"""Reasons of the operating system, and figures that are not recorded, in words."""

import errno
from dataclasses import replace

import numpy as np
import pytest

from app.messages import LANGUAGES, load_words, recorded
from network.answers import Impact
from network.errors import NetworkError, os_detail

NOBODY = np.empty(0, dtype=np.int32)
IMPACT = Impact(
    out=np.array([3], dtype=np.int32),
    on_storage=NOBODY,
    critical=NOBODY,
    hydrants_out=NOBODY,
    stations_out=NOBODY,
    stations_on_storage=NOBODY,
    storage_hours=np.empty(0),
    people=0,
    households=0,
    area_km2=0.0,
)


def test_a_reason_is_told_by_its_number_and_kept_as_it_came() -> None:
    detail = os_detail(OSError(errno.ENOSPC, "No space left on device"), "reason")
    assert detail == {"reason": "No space left on device", "os_error": "ENOSPC"}
    told = load_words("zh_CN").refusal("workspace.cannot_write", {"path": "城", **detail})
    assert "磁盘已满" in told
    assert "No space" not in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reason_that_nobody_knows_is_told_as_it_came(language: str) -> None:
    words = load_words(language)
    for error in (OSError("something odd"), OSError(99_999, "something odd"), NetworkError("something odd")):
        assert "something odd" in words.refusal("cannot_write_file", {"path": "p", **os_detail(error)})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_a_symbol_of_the_system(language: str) -> None:
    assert set(load_words(language).sections["os_error"]) <= set(errno.errorcode.values())


def test_people_are_told_as_recorded() -> None:
    words = load_words("zh_CN")
    assert recorded.households(IMPACT, words) == "居民户数未登记"
    assert recorded.people(IMPACT, words) == "人数未登记"
    known = replace(IMPACT, households=12, people=30)
    assert recorded.households(known, words) == "12 户居民"
    assert recorded.people(known, words) == "30 人"
    assert recorded.people_of(5, 0, words) == "人数未登记"
    assert recorded.people_of(0, 0, words) == "0 人"
    nobody = replace(IMPACT, out=NOBODY)
    assert recorded.households(nobody, words) == "0 户居民"
    assert recorded.figure(0, words) == "未登记"
    assert recorded.figure(1200, words) == "1\u202f200"
