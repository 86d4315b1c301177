"""A hub whose disk is really full: the server says so, nothing is lost, and it goes on by itself when there is room."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from servers import Postgres, postgres, postgres_programs
from test_follower import first, observed, second, silent, state, until, write  # noqa: F401 - fixtures by their names

from app.hub_requests import Following, LookAtHub
from app.journal.hub import HubJournal
from app.operations.hub import hub_status, join_hub, make_hub, verify_hub
from app.worker.hub_handlers import HubRoom

ROOM = "24m"
"""Of the little disk, on which the tables lie; the server's log of writes lies on another."""


@contextmanager
def on_a_little_disk(programs: Path) -> Iterator[tuple[Postgres, Path]]:
    """A server that alone sees a little disk of its own, mounted for it and gone with it; and where that is."""
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        pytest.skip("only root mounts a disk")
    with postgres(programs) as server:
        assert server.user is not None
        server.stop()
        disk = server.folder / "disk"
        disk.mkdir()
        mount = f"mount -t tmpfs -o size={ROOM},mode=0700,uid={pwd.getpwnam(server.user).pw_uid} none {disk}"
        if subprocess.run(["unshare", "-m", *mount.split()], capture_output=True, check=False).returncode != 0:
            pytest.skip("no disk can be mounted here")
        goes_over = f"setpriv --reuid {server.user} --regid {server.user} --clear-groups {programs / 'postgres'}"
        script = server.folder / "postgres"
        script.write_text(f'#!/bin/sh\nexec unshare -m sh -c \'{mount} && exec {goes_over} "$@"\' sh "$@"\n')
        script.chmod(0o755)
        server.user, server.programs = None, server.folder
        server.start()
        yield server, disk


def fill(owner: psycopg.Connection[Any]) -> None:
    """Take what room there is, in smaller and smaller parts, until the server finds none for anything."""
    owner.execute("CREATE TABLE public.filler (what text) TABLESPACE little")
    owner.execute("ALTER TABLE public.filler ALTER what SET STORAGE PLAIN")
    for size in (6000, 500, 20):
        with pytest.raises(psycopg.errors.DiskFull):
            fill_by(owner, size)


def fill_by(owner: psycopg.Connection[Any], size: int) -> None:
    while True:
        owner.execute("INSERT INTO public.filler SELECT repeat('x', %s) FROM generate_series(1, 500)", (size,))


def test_a_full_disk_is_told_and_sending_goes_on_by_itself(first: Path, second: Path) -> None:  # noqa: F811
    programs = postgres_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not on this machine: python3 tools/set_up.py test")
    room = HubRoom(HubJournal.open)
    with on_a_little_disk(programs) as (server, disk), closing(room):
        make_hub(first, server.address)
        join_hub(second, server.address)
        until(lambda: state(room, first) == (Following.FOLLOWING, 0))
        with psycopg.connect(server.address, autocommit=True) as owner:
            owner.execute(f"CREATE TABLESPACE little LOCATION '{disk}'".encode())
            for table in ("event", "text"):
                owner.execute(f"ALTER TABLE sluice.{table} SET TABLESPACE little".encode())
            fill(owner)
            before = hub_status(second).top
            # More than fits into what room the tables' last blocks have.
            write(first, *(observed(f"V{number}", note="水" * 900) for number in range(40)))
            until(lambda: state(room, first) == (Following.REFUSED, 40))
            standing = room.look(LookAtHub(first)).standing
            assert standing is not None
            assert standing.code == "server.disk_full"
            assert hub_status(second).top == before, "all of a push or nothing"
            owner.execute("DROP TABLE public.filler")
        until(lambda: state(room, first) == (Following.FOLLOWING, 0))
        assert verify_hub(first, silent) == before + 40
