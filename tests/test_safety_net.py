"""The nets of conftest.py hold: tests of tests, each run in a pytest of its own."""

import socket
from pathlib import Path

import pytest

CONFTEST = Path(__file__).with_name("conftest.py")


def run(pytester: pytest.Pytester, test: str) -> pytest.RunResult:
    pytester.makeconftest(CONFTEST.read_text(encoding="utf-8"))
    ini = "[pytest]\nmarkers =\n    expect_log(text): as in the project\nfilterwarnings = error\n"
    pytester.makeini(f"{ini}pythonpath = {CONFTEST.parent}\n")
    pytester.makepyfile(test)
    return pytester.runpytest_subprocess("-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:xdist")


@pytest.mark.parametrize("address", ["('192.0.2.1', 9)", "('example.org', 80)"])
def test_the_network_is_out_of_reach(pytester: pytest.Pytester, address: str) -> None:
    result = run(pytester, f"import socket\ndef test_it():\n    socket.create_connection({address}, timeout=1)\n")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*a test reached for the network*"])


def test_this_machine_is_within_reach() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=5) as client,
    ):
        assert client.getpeername() == server.getsockname()


def test_an_unexpected_warning_in_the_log_fails(pytester: pytest.Pytester) -> None:
    result = run(pytester, "import logging\ndef test_it():\n    logging.getLogger('x').warning('disk %s', 'full')\n")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*nobody expected it: [[]'disk full'*"])


def test_an_expected_warning_passes(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        "import logging, pytest\n@pytest.mark.expect_log('full')\n"
        "def test_it():\n    logging.getLogger('x').error('disk %s', 'full')\n",
    )
    result.assert_outcomes(passed=1)


def test_an_expected_warning_that_does_not_come_fails(pytester: pytest.Pytester) -> None:
    result = run(pytester, "import pytest\n@pytest.mark.expect_log('full')\ndef test_it():\n    pass\n")
    result.assert_outcomes(passed=1, errors=1)


def test_a_python_warning_fails(pytester: pytest.Pytester) -> None:
    result = run(pytester, "import warnings\ndef test_it():\n    warnings.warn('old', DeprecationWarning)\n")
    result.assert_outcomes(failed=1)
