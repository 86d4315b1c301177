"""The nets of conftest.py hold: tests of tests, run in a pytest of their own."""

import socket
from pathlib import Path

import pytest

CONFTEST = Path(__file__).with_name("conftest.py")


NETS = """
import logging
import socket
import warnings

import pytest


@pytest.mark.parametrize("address", [("192.0.2.1", 9), ("example.org", 80)])
def test_far(address):
    socket.create_connection(address, timeout=1)


def test_logs():
    logging.getLogger("x").warning("disk %s", "full")


@pytest.mark.expect_log("full")
def test_logs_as_expected():
    logging.getLogger("x").error("disk %s", "full")


@pytest.mark.expect_log("full")
def test_logs_nothing():
    pass


def test_warns():
    warnings.warn("old", DeprecationWarning)
"""


def test_what_is_not_to_happen_in_a_test_fails_it(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    pytester.makeconftest(CONFTEST.read_text(encoding="utf-8"))
    ini = "[pytest]\nmarkers =\n    expect_log(text): as in the project\nfilterwarnings = error\n"
    pytester.makeini(f"{ini}pythonpath = {CONFTEST.parent}\n")
    pytester.makepyfile(test_nets=NETS)
    result = pytester.runpytest_subprocess("-rA", "-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:xdist")
    result.assert_outcomes(passed=3, failed=3, errors=2)
    result.stdout.fnmatch_lines_random(
        [
            "FAILED test_nets.py::test_far[[]address0[]]*a test reached for the network*",
            "FAILED test_nets.py::test_far[[]address1[]]*a test reached for the network*",
            "ERROR test_nets.py::test_logs - *nobody expected it: [[]'disk full'*",
            "PASSED test_nets.py::test_logs_as_expected",
            "ERROR test_nets.py::test_logs_nothing - *not there: [[]'full'*",
            "FAILED test_nets.py::test_warns*",
        ]
    )
    assert "ERROR test_nets.py::test_logs_as_expected" not in result.stdout.str()


def test_this_machine_is_within_reach() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=5) as client,
    ):
        assert client.getpeername() == server.getsockname()
