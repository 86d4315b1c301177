"""Real servers for tests: started on a free port of the loopback, stopped with the test."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

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


def postgres_programs() -> Path | None:
    """Folder of PostgreSQL's programs: on PATH, or where Debian puts them; None where there are none."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).resolve().parent
    return max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), default=None)


@dataclass
class Postgres:
    """A server of its own in a folder of its own, reached by a socket in there alone."""

    programs: Path
    folder: Path
    user: str | None
    durable: bool = False
    process: subprocess.Popen[bytes] | None = None
    port: int = 0
    """Where it listens on the loopback as well, with TLS; 0 where it does not."""

    @property
    def address(self) -> str:
        return self.database("postgres")

    def database(self, name: str, user: str = "owner") -> str:
        return f"host={self.folder} dbname={name} user={user}"

    def skip_without_postgis(self) -> None:
        """Pass the test over where the server was installed without its extension."""
        with psycopg.connect(self.address) as connection:
            asked = "SELECT FROM pg_available_extensions WHERE name = 'postgis'"
            if connection.execute(asked).fetchone() is None:
                pytest.skip("PostGIS is not on this machine: python3 tools/set_up.py test")

    @contextmanager
    def empty(self, name: str) -> Iterator[str]:
        """Address of the database *name*, emptied afterwards: dropping one each time would wait for the disk."""
        with psycopg.connect(self.address, autocommit=True) as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone() is None:
                connection.execute(f'CREATE DATABASE "{name}"'.encode())
            yield self.database(name)
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        with psycopg.connect(self.database(name), autocommit=True) as connection:
            ours = "sluice, sluice_history, sluice_city, sluice_city_shown, sluice_city_coming"
            connection.execute(f"DROP SCHEMA IF EXISTS {ours} CASCADE".encode())

    @contextmanager
    def shut(self, address: str) -> Iterator[None]:
        """While this lasts nobody gets into the database at *address*, and who was in is put out."""
        name = psycopg.conninfo.conninfo_to_dict(address)["dbname"]
        with psycopg.connect(self.address, autocommit=True) as connection:
            connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'.encode())
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
            try:
                yield
            finally:
                connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'.encode())

    def make(self) -> None:
        command = [str(self.programs / "initdb"), "-D", str(self.folder / "data"), "-U", "owner", "-A", "trust"]
        command += ["-E", "UTF8", "--no-locale", "--no-sync"]
        made = subprocess.run(command, cwd=self.folder, user=self.user, capture_output=True, text=True, check=False)
        assert made.returncode == 0, made.stderr

    def start(self) -> None:
        # What tests write need not outlive the machine's power; what benchmarks write waits for the disk.
        settings = {"listen_addresses": "", "unix_socket_directories": str(self.folder)}
        settings |= {"fsync": "off", "shared_buffers": "32MB", "max_connections": "100"}
        if self.durable:
            settings |= {"fsync": "on", "shared_buffers": "256MB", "max_connections": "300", "max_wal_size": "4GB"}
        if self.port:
            settings |= {"listen_addresses": "127.0.0.1", "port": str(self.port), "ssl": "on"}
            settings |= {f"ssl_{kind}_file": str(self.folder / f"server.{kind}") for kind in ("cert", "key")}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        command = [str(self.programs / "postgres"), "-D", str(self.folder / "data"), *options]
        with (self.folder / "words").open("wb") as words:
            self.process = subprocess.Popen(command, cwd=self.folder, user=self.user, stdout=words, stderr=words)
        end = time.monotonic() + START_WAIT_S
        while not re.search(rb"ready to accept (read-only )?connections", (self.folder / "words").read_bytes()):
            said = (self.folder / "words").read_text(errors="replace")
            assert self.process.poll() is None, f"the server ended: {said}"
            assert time.monotonic() < end, f"the server does not start: {said}"
            time.sleep(0.02)

    def copy_of(self, primary: Postgres) -> None:
        """Become a copy of *primary*, to be started as its standby."""
        command = [
            str(self.programs / "pg_basebackup"),
            "-d",
            f"{primary.address} application_name=standby1",
            "-D",
            str(self.folder / "data"),
        ]
        command += ["--write-recovery-conf", "--checkpoint=fast", "--no-sync"]
        made = subprocess.run(command, cwd=self.folder, user=self.user, capture_output=True, text=True, check=False)
        assert made.returncode == 0, made.stderr

    def kill(self) -> None:
        """End its first process with SIGKILL; the others see that and end."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(START_WAIT_S)
        self.process = None

    def start_again(self) -> None:
        """Start after :meth:`kill`, once the last of its processes has seen that the first is gone."""
        end = time.monotonic() + START_WAIT_S
        while True:
            try:
                self.start()
            except AssertionError:
                # They hold its shared memory, and it says so and ends.
                self.process = None
                assert time.monotonic() < end, "it does not come back"
                time.sleep(0.05)
            else:
                return

    def stop(self, *, at_once: bool = False) -> None:
        """End it; *at_once* as a power cut would."""
        if self.process is not None:
            self.process.send_signal(signal.SIGQUIT if at_once else signal.SIGINT)
            self.process.wait(START_WAIT_S)
            self.process = None


@contextmanager
def _apart(programs: Path, *, durable: bool = False) -> Iterator[Postgres]:
    """A server that has nothing yet but a folder; what runs there in the end is stopped.

    It refuses to run as root: then another user does it.
    """
    folder = Path(tempfile.mkdtemp(prefix="sluice-pg-"))
    user = None
    if os.geteuid() == 0:
        user = next(name for name in ("postgres", "nobody") if any(one.pw_name == name for one in pwd.getpwall()))
        shutil.chown(folder, user)
    server = Postgres(programs, folder, user, durable)
    try:
        yield server
    finally:
        server.stop(at_once=True)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgres(programs: Path, *, durable: bool = False) -> Iterator[Postgres]:
    """A running server; a *durable* one waits for the disk, and takes more consoles."""
    with _apart(programs, durable=durable) as server:
        server.make()
        server.start()
        yield server


@contextmanager
def postgres_with_tls(programs: Path, certificate: bytes, key: bytes) -> Iterator[Postgres]:
    """A running server that shows *certificate* (PEM) on a port of the loopback."""
    with _apart(programs) as server:
        server.port = free_port()
        for kind, contents in (("cert", certificate), ("key", key)):
            path = server.folder / f"server.{kind}"
            path.write_bytes(contents)
            path.chmod(0o600)
            if server.user is not None:
                shutil.chown(path, server.user)
        server.make()
        server.start()
        yield server


@contextmanager
def synchronous_pair(programs: Path) -> Iterator[tuple[Postgres, Postgres]]:
    """A primary that acknowledges nothing before its standby has it, and that standby."""
    with postgres(programs) as primary, _apart(programs) as standby:
        standby.copy_of(primary)
        standby.start()
        with psycopg.connect(primary.address, autocommit=True) as connection:
            # After the copy was made: else the standby, once promoted, would wait for a standby of its own.
            connection.execute("ALTER SYSTEM SET synchronous_standby_names = 'standby1'")
            connection.execute("SELECT pg_reload_conf()")
            asked = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'"
            end = time.monotonic() + START_WAIT_S
            while connection.execute(asked).fetchone() != (1,):
                assert time.monotonic() < end, "the standby does not follow"
                time.sleep(0.02)
        yield primary, standby
