"""Real servers for tests: started on a free port of the loopback, stopped with the test."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

START_WAIT_S = 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    """Until somebody listens; a server that cannot start fails the test, with its last words."""
    end = time.monotonic() + START_WAIT_S
    while time.monotonic() < end:
        if process.poll() is not None:
            words = process.stdout.read().decode(errors="replace") if process.stdout else ""
            raise AssertionError(f"the server ended with {process.returncode}: {words}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise AssertionError(f"nobody listens on port {port}")


@dataclass
class Mosquitto:
    """A broker that can be killed and started again on the same port, keeping what lasts in its folder."""

    folder: Path
    port: int
    lines: Sequence[str]
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
        settings = self.folder / "mosquitto.conf"
        # As root it would go over to a user who may not write into the test's folder.
        common = ["user root", "persistence true", f"persistence_location {self.folder}/", "autosave_interval 1"]
        settings.write_text("\n".join([f"listener {self.port} 127.0.0.1", *common, *self.lines]) + "\n")
        self.process = subprocess.Popen(
            [program, "-c", str(settings)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        wait_for_port(self.port, self.process)

    def stop(self, *, at_once: bool = False) -> None:
        """End it; *at_once* as a power cut would."""
        if self.process is not None:
            if at_once:
                self.process.kill()
            else:
                self.process.terminate()
            self.process.wait(START_WAIT_S)
            if self.process.stdout:
                self.process.stdout.close()
            self.process = None


@contextmanager
def mosquitto(folder: Path, *lines: str) -> Iterator[Mosquitto]:
    """A running broker, with further *lines* in its settings."""
    broker = Mosquitto(folder, free_port(), lines or ("allow_anonymous true",))
    broker.start()
    try:
        yield broker
    finally:
        broker.stop()
