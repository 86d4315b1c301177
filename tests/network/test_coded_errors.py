"""What the operating system says becomes parameters of our own sentence."""

import errno

from network.errors import os_detail


def test_the_system_s_symbol_goes_beside_its_words() -> None:
    assert os_detail(OSError(errno.ENOSPC, "No space left on device")) == {
        "why": "No space left on device",
        "os_error": "ENOSPC",
    }


def test_an_error_without_a_number_gives_its_text_alone() -> None:
    assert os_detail(OSError("half a page")) == {"why": "half a page"}


def test_another_error_than_the_system_s_gives_its_own_text() -> None:
    assert os_detail(ValueError("not a number"), "reason") == {"reason": "not a number"}
