"""Start-up: the one place that names concrete classes, and the one that imports inside functions.

The window must be there within a second, so it loads nothing that only imports and plans need; commands for scripts
load nothing of Qt. The window's process is a child of one that only waits for it: that one loads nothing at all.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from app.config import data_folder, demo_folder, has_display
from app.errors import AppError
from app.supervisor import watch_over
from app.times import CITY_TIME
from network.errors import CodedError, os_detail

if TYPE_CHECKING:
    import argparse

    from app.care_requests import FilesRescued, RescueFiles
    from app.early_city import EarlyCity
    from app.feeds.inbox import Inbox
    from app.feeds.opcua_server import OpcUaServer, Source
    from app.journal.hub import HubJournal
    from app.messages import Words
    from app.requests import BuildDemo, Progress, ProgressSink, Reply
    from app.ui.map.backdrop import BackdropFiles
    from app.worker.client import WorkerClient
    from gis.graticule import Graticule
    from gis.vector_basemap import VectorBasemap

_LOG = logging.getLogger(__name__)

PICTURES_FOLDER = "sluice-pictures"
"""Where a start without a display leaves its pictures, in the current folder."""


def main(arguments: list[str]) -> int:
    """Carry out one command line and return its exit status: 0 done, 2 bad arguments or input.

    Faults that the operator can mend end in one sentence on standard error.
    """
    if _CHILD not in os.environ and opens_window(arguments):
        # It is to find the same packages, also when they are not installed, and none of the folder it is started in.
        environment = os.environ | {_CHILD: "1", "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)}
        return watch_over([sys.executable, "-P", "-m", "app", *arguments], environment, _AGAIN, time.monotonic)
    from app.cli.arguments import BAD_INPUT, parse  # noqa: PLC0415 - start-up
    from app.messages import load_words  # noqa: PLC0415 - start-up

    options = parse(arguments)
    words = load_words(options.lang)
    try:
        return _carry_out(options, words)
    except CodedError as error:
        _LOG.debug("refused", exc_info=True)
        _say_refused(words.refusal(error.code, error.detail))
        return BAD_INPUT
    except BrokenPipeError:
        # Whoever read our output has had enough (``| head``); what is still buffered has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        _LOG.debug("refused", exc_info=True)
        path = "" if error.filename is None else str(error.filename)
        _say_refused(words.refusal("os_failed", {"path": path, **os_detail(error)}))
        return BAD_INPUT


def opens_window(arguments: Sequence[str]) -> bool:
    """Whether a command line is the window's, as far as that can be told without loading the commands."""
    words = iter(arguments)
    for word in words:
        if word == "--lang":
            next(words, "")
        elif not word.startswith("-"):
            return word == "window"
        elif not word.startswith("--lang="):
            return False
    return True


def _say_refused(sentence: str) -> None:
    line = " ".join(sentence.split())
    sys.stderr.write(f"sluice: {line}\n")


def _carry_out(options: argparse.Namespace, words: Words) -> int:
    match options.command:
        case None | "window":
            if not has_display(os.environ):
                return _without_display(options, words)
            return _window(options)
        case "doctor":
            # By itself: it must also speak where what other commands load does not.
            from app.doctor.__main__ import report  # noqa: PLC0415 - start-up

            return report(options.folder, words, as_json=options.json, bundle=options.bundle)
        case "tour":
            return _tour(options.workspace, options.out, words)
        case "picture" | "print":
            return _picture(options) if options.command == "picture" else _print(options, words)
        case _:
            return _scripted(options, words)


def _scripted(options: argparse.Namespace, words: Words) -> int:
    on_paper = options.command in {"log", "report"} and options.out is not None
    if on_paper and options.out.suffix.lower() == ".pdf":
        return _table_as_pdf(options, words)
    if options.command == "hub":
        # By itself: the driver is slow to load, and no other command needs it.
        from app.cli.hub import hub  # noqa: PLC0415 - start-up

        return hub(options, words)
    if options.command == "feed" and options.part in {"share", "fetch"}:
        from app.cli.shared_history import shared_history  # noqa: PLC0415 - as above

        return shared_history(options, words)
    if options.command in {"take", "bundle", "merge"}:
        # Likewise: they speak to the hub where there is one.
        from app.cli.laptop import laptop  # noqa: PLC0415 - start-up

        return laptop(options, words)
    if options.command in {"laptop", "erase"}:
        from app.cli.laptops import laptops  # noqa: PLC0415 - as above

        return laptops(options, words)
    from app.cli.run import run  # noqa: PLC0415 - start-up

    return run(options, words)


def _demo_city() -> BuildDemo:
    from app.cli.arguments import DEMO_PIPES, DEMO_SEED  # noqa: PLC0415 - start-up
    from app.requests import BuildDemo  # noqa: PLC0415 - start-up

    return BuildDemo(demo_folder(os.environ, DEMO_PIPES, DEMO_SEED), DEMO_PIPES, DEMO_SEED)


def local_time() -> datetime:
    """The clock on the wall of the dispatch room."""
    return datetime.now(CITY_TIME)


def make_worker(on_event: Callable[[int, Reply | Progress], None]) -> WorkerClient:
    """The worker processes of one window."""
    from app.worker.client import WorkerClient  # noqa: PLC0415 - start-up

    return WorkerClient(on_event, serve_worker)


def serve_worker(pipe: Connection) -> None:
    """What a worker process runs; imports what the window's process must not wait for."""
    from app.record_cache import cache_path, kept_records  # noqa: PLC0415 - start-up

    name = multiprocessing.current_process().name
    # As for the window: what is loaded stays, and none of it is looked through for garbage.
    gc.disable()
    with kept_records(cache_path(name)):
        from app.logbook import keep_log  # noqa: PLC0415 - start-up

        carry_on = _serving(name)
    gc.freeze()
    gc.enable()
    keep_log(data_folder(os.environ), name)
    carry_on(pipe)


def _serving(name: str) -> Callable[[Connection], None]:
    """Load what a process of that *name* does, and nothing else."""
    from app.worker import client  # noqa: PLC0415 - start-up

    match name:
        case client.CARE:
            from app.worker.care_jobs import serve_care as carry_on  # noqa: PLC0415 - start-up
        case client.CALLS:
            from app.worker.call_job import serve_calls as carry_on  # noqa: PLC0415 - start-up
        case client.WATCH:
            from app.worker.watch_process import serve_watch as carry_on  # noqa: PLC0415 - start-up
        case client.RECORDER:
            from app.worker.recorder_process import serve_recorder  # noqa: PLC0415 - start-up

            return partial(serve_recorder, open_opcua=open_opcua)
        case client.FOLLOWER:
            from app.worker.follower_process import serve_follower  # noqa: PLC0415 - start-up

            return partial(serve_follower, connect_hub=connect_hub)
        case client.JOB:
            from app.worker.job_process import serve_jobs  # noqa: PLC0415 - start-up

            return partial(serve_jobs, rescue=rescue)
        case _:
            from app.worker.process import serve as carry_on  # noqa: PLC0415 - start-up
    return carry_on


def connect_hub(address: str) -> HubJournal:
    """A connection to a hub; half a second of loading that only a workspace with a hub pays."""
    from app.journal.hub import HubJournal  # noqa: PLC0415 - start-up

    return HubJournal.open(address)


def rescue(request: RescueFiles, progress: ProgressSink) -> FilesRescued:
    """A sound workspace in the place of a damaged one; it may come from a hub."""
    from app.operations.rescue_files import rescue_files  # noqa: PLC0415 - start-up

    return rescue_files(request, progress)


def open_opcua(name: str, server: OpcUaServer, inbox: Inbox) -> Source:
    """A feed of an OPC UA server; half a second of loading that only a city with such a server pays."""
    from app.feeds.opcua import OpcUaFeed  # noqa: PLC0415 - start-up

    return OpcUaFeed(name, server, inbox)


def basemap_opener(folder: Path, graticule: Graticule) -> Callable[[], BackdropFiles] | None:
    """How the thread that paints opens the files under the mains of the workspace *folder*; None where it has none."""
    paths = sorted((folder / "basemap").glob("*.mbtiles"))
    if not paths:
        return None

    def opened() -> BackdropFiles:
        from app.ui.map.backdrop import BackdropFiles  # noqa: PLC0415 - start-up
        from gis.basemap import BasemapStack, open_basemaps  # noqa: PLC0415 - start-up

        if not graticule.known:
            raise AppError("basemap.no_place", path=str(folder / "basemap"))
        basemaps = open_basemaps(paths)
        pictures = [one for one in basemaps if not one.tiles.vector]
        drawings: tuple[VectorBasemap, ...] = ()
        if len(pictures) < len(basemaps):
            # Only now: its library takes a tenth of a second, and few have such files.
            from gis.vector_basemap import VectorBasemap  # noqa: PLC0415 - start-up

            drawings = tuple(VectorBasemap(one, graticule) for one in basemaps if one.tiles.vector)
        return BackdropFiles(BasemapStack(pictures, graticule) if pictures else None, drawings)

    return opened


def look_first(folder: Path) -> EarlyCity | None:
    """What the map can show of a workspace at once; loads the journal, which the first window must not wait for."""
    from app.operations.first_sight import early_city  # noqa: PLC0415 - start-up

    return early_city(folder)


_CHILD, _AGAIN = "SLUICE_CONSOLE", "SLUICE_CONSOLE_AGAIN"
"""In the environment of the console that :mod:`app.supervisor` runs, and how many died before it."""


def load_window() -> None:
    """Load :mod:`app.ui.start` as quickly as it goes: the window is to be there within a second.

    Nothing that is loaded here becomes garbage, so none is looked for among it, now or later; the console's own
    collector takes over from Python's.
    """
    gc.disable()
    from app.record_cache import cache_path, kept_records  # noqa: PLC0415 - start-up
    from app.ui.unswitched import leave_sources_unread  # noqa: PLC0415 - start-up

    leave_sources_unread()
    with kept_records(cache_path("window")):
        import app.ui.start  # noqa: F401, PLC0415 - start-up

    gc.freeze()


def _window(options: argparse.Namespace) -> int:
    load_window()
    from app.sounds import sound_ways  # noqa: PLC0415 - start-up
    from app.ui.start import StartOptions, run  # noqa: PLC0415 - start-up

    return run(
        StartOptions(
            data_folder(os.environ),
            _demo_city(),
            options.workspace,
            options.lang_named,
            open_basemap=basemap_opener,
            sound_ways=sound_ways(),
            tiles_apart=True,
            look_first=look_first,
            deaths=int(os.environ.get(_AGAIN, "0")),
        ),
        make_worker,
        local_time,
    )


def _picture(options: argparse.Namespace) -> int:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from app.operations.map_material import map_material  # noqa: PLC0415 - start-up
    from app.ui.pictures import PictureOptions, save_picture  # noqa: PLC0415 - start-up
    from gis.scene.view import Bounds  # noqa: PLC0415 - start-up

    material = map_material(options.workspace, options.pipe)
    width_px, height_px = options.size
    bounds = Bounds(*options.bounds) if options.bounds else None
    asked = PictureOptions(options.out, width_px, height_px, options.theme, options.lang, bounds)
    save_picture(asked, material.city, material.scene, material.states, material.made)
    return 0


def _table_as_pdf(options: argparse.Namespace, words: Words) -> int:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from app.cli.dispatch import sheet_of_day  # noqa: PLC0415 - start-up
    from app.cli.report import sheet_of_month  # noqa: PLC0415 - start-up
    from app.ui.table_pdf import write_table  # noqa: PLC0415 - start-up

    sheet = (sheet_of_day if options.command == "log" else sheet_of_month)(options, words)
    write_table(options.out, sheet, lambda page, pages: words.say("day_log", "page", {"page": page, "pages": pages}))
    told: dict[str, str | int] = {"path": str(options.out), "count": len(sheet.rows)}
    sys.stdout.write(words.say("day_log", "lines_written", told) + "\n")
    return 0


def _print(options: argparse.Namespace, words: Words) -> int:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from app.cli.progress import progress_of  # noqa: PLC0415 - start-up
    from app.operations.print_material import print_material  # noqa: PLC0415 - start-up
    from app.ui.paper.headless import PrintOptions, PrintSubject, print_out  # noqa: PLC0415 - start-up
    from app.ui.paper.writer import USUAL_DPI  # noqa: PLC0415 - start-up
    from gis.paper import Paper  # noqa: PLC0415 - start-up
    from gis.scene.view import Bounds  # noqa: PLC0415 - start-up

    found = print_material(options.workspace, options.pipe, tuple(options.along))
    asked = PrintOptions(
        options.out,
        Paper(options.paper, not options.portrait),
        local_time(),
        scale=options.scale,
        book=options.book or ("along" if options.along else ""),
        title=options.title,
        bounds=Bounds(*options.bounds) if options.bounds else None,
        grid=options.grid,
        tables=options.tables,
        dpi=USUAL_DPI if options.dpi is None else options.dpi,
        language=options.lang,
    )
    city = found.map
    subject = PrintSubject(found.opened, city.city, city.scene, city.states, city.made, found.pipe, found.way_m)
    tell = progress_of(words, "printing")
    for path in print_out(asked, subject, lambda done, count: tell(done / count)):
        sys.stdout.write(words.say("summary", "written", {"path": str(path)}) + "\n")
    return 0


def _tour(workspace: Path | None, out: Path, words: Words) -> int:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from app.operations.laptop_round import laptop_round  # noqa: PLC0415 - start-up
    from app.ui.start import StartOptions  # noqa: PLC0415 - start-up
    from app.ui.steady import PICTURE_TIME  # noqa: PLC0415 - start-up
    from app.ui.tour import write_tour  # noqa: PLC0415 - start-up

    # Settings of its own: the pictures must not depend on what an operator likes, nor change it.
    with tempfile.TemporaryDirectory() as home:
        options = StartOptions(Path(home), _demo_city(), workspace)
        moment = PICTURE_TIME.astimezone(CITY_TIME)
        for path in write_tour(options, make_worker, lambda: moment, out, laptop_round):
            sys.stdout.write(words.say("summary", "written", {"path": str(path)}) + "\n")
            sys.stdout.flush()
    return 0


def _without_display(options: argparse.Namespace, words: Words) -> int:
    out = Path.cwd() / PICTURES_FOLDER
    sys.stdout.write(words.say("summary", "no_display", {"path": str(out)}) + "\n")
    sys.stdout.flush()
    return _tour(options.workspace, out, words)
