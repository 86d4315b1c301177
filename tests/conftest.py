"""What every test shares: no screen, no network, no unexpected log warning, and the reference data where it exists."""

import ipaddress
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from soak import SHARE, SOAK_EXAMPLES, soak_count

PROJECT = Path(__file__).resolve().parent.parent

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# A machine with much else to do draws slowly: that is no fault of a test.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

settings.register_profile("dev", PATIENT)
settings.register_profile("ci", PATIENT, derandomize=True, print_blob=True)
settings.register_profile("soak", PATIENT, max_examples=soak_count(SOAK_EXAMPLES), print_blob=True)


def _profile() -> str:
    if SHARE:
        return "soak"
    return "ci" if os.environ.get("CI") else "dev"


settings.load_profile(_profile())


def pytest_report_header(config: pytest.Config) -> str:
    """What to type for the same examples once more."""
    if not SHARE:
        return ""
    seed = config.getoption("hypothesis_seed")
    return f"soak: share {SHARE:g}, seed {seed}; once more: make soak SHARE={SHARE:g} SEED={seed}"


@pytest.fixture(scope="session")
def project() -> Path:
    """The project's own folder."""
    return PROJECT


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """Real cities' data beside the project; licences do not let them travel with it."""
    folder = PROJECT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the reference data (../shared/data) are not on this machine")
    return folder


@pytest.fixture(scope="session")
def memory_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for properties that write files by the ten thousand: in memory where the system has a place for it.

    Nothing is waited for there, so no test of what outlasts a power cut belongs into it.
    """
    in_memory = Path("/dev/shm")
    place = in_memory if os.access(in_memory, os.W_OK) else tmp_path_factory.mktemp("disk")
    with TemporaryDirectory(dir=place) as folder:
        yield Path(folder)


# The network


def _is_loopback(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode()
    if host in {None, "", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


def _guard_network(event: str, arguments: tuple[Any, ...]) -> None:
    """Audit hook: refuse whatever would leave this machine. Local sockets (a path, not a pair) are fine."""
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in {"socket.connect", "socket.sendto"} and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    if not _is_loopback(host):
        raise RuntimeError(f"a test reached for the network: {event} {host!r}")


sys.addaudithook(_guard_network)


# Log warnings that nobody expected


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture(autouse=True)
def no_unexpected_log(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that logs a warning or worse, unless it is marked `expect_log("part of the message")`."""
    expected = [str(text) for mark in request.node.iter_markers("expect_log") for text in mark.args]
    collector = _Collector()
    logging.getLogger().addHandler(collector)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(collector)
    messages = [record.getMessage() for record in collector.records]
    surprises = [message for message in messages if not any(text in message for text in expected)]
    missing = [text for text in expected if not any(text in message for message in messages)]
    if surprises:
        pytest.fail(f"logged, and nobody expected it: {surprises}", pytrace=False)
    if missing:
        pytest.fail(f"expected in the log, and not there: {missing}", pytrace=False)
