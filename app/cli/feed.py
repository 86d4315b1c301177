"""``sluice feed``: demonstration instruments, drills that play recorded readings, the watch for bursts."""

from __future__ import annotations

import argparse
import sys
import threading
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from app.cli.progress import progress_on
from app.cli.promise import promise
from app.errors import AppError
from app.feeds.mqtt import Publisher
from app.journal.events import milliseconds
from app.messages import Words
from app.operations.burst_learning import learn_bursts, usual_span
from app.operations.demo_history import set_demo_up
from app.operations.drill import DrillPlan, make_drill
from app.operations.retention import put_away
from app.telemetry.demo_feed import TOPIC, DemoFeed
from app.telemetry.replay_faults import faults_named
from app.telemetry.setup import DEMO_DAY, FOLDER, Feed, FeedKind, is_set_up, read_setup, write_setup
from app.telemetry.sources import demo_instruments
from app.times import CITY_TIME

NAME = "demo"
_DAY_S = 86_400.0


def feed(options: argparse.Namespace, words: Words) -> int:
    """Set demonstration instruments up, and send to a broker where one is named; or another part of the command.

    Raises:
        CodedError: It cannot be done as asked.
    """
    if options.part == "drill":
        return _drill(options, words)
    if options.part == "archive":
        return _archive(options, words)
    if options.part == "teach":
        return _teach(options, words)
    if options.part == "promise":
        return promise(options, words)
    folder, broker = options.workspace, _address(options.broker)
    if not is_set_up(folder):
        now_ms = milliseconds(datetime.now(CITY_TIME))
        _, readings = set_demo_up(folder, now_ms, options.days, progress_on(words))
        sys.stdout.write(words.say("summary", "feed_set_up", {"count": readings}) + "\n")
    elif not (folder / FOLDER / DEMO_DAY).is_file():
        raise AppError("feed.not_demo", path=str(folder))
    setup = read_setup(folder)
    wanted = Feed(NAME, FeedKind.DEMO, speed=options.speed)
    if broker is not None:
        wanted = Feed(NAME, FeedKind.MQTT, host=broker[0], port=broker[1], topics=(TOPIC,))
    write_setup(folder, replace(setup, feeds=(wanted, *(one for one in setup.feeds if one.name != NAME))))
    if broker is None:
        return 0
    sys.stdout.write(words.say("summary", "feed_sends", {"address": options.broker}) + "\n")
    sys.stdout.flush()
    return _send(folder, broker, options.speed)


def _drill(options: argparse.Namespace, words: Words) -> int:
    """Copy the city, and let the copy play what was recorded."""
    plan = DrillPlan(
        recording=options.recording,
        start_ms=None if options.start is None else milliseconds(options.start),
        hours=options.hours,
        speed=options.speed,
        faults=faults_named(options.faults.split(",")),
        seed=options.seed,
    )
    readings = make_drill(options.workspace, options.out, plan, progress_on(words))
    said = words.say("summary", "drill_made", {"count": readings, "path": str(options.out)})
    sys.stdout.write(said + "\n")
    return 0


def _archive(options: argparse.Namespace, words: Words) -> int:
    """Put old months away, and say where."""
    now_ms = milliseconds(datetime.now(CITY_TIME))
    progress = progress_on(words)
    done = put_away(options.workspace, read_setup(options.workspace), options.keep_days, now_ms, progress, options.out)
    for month in done:
        said = words.say("summary", "archived", {"count": month.readings, "path": str(month.path)})
        sys.stdout.write(said + "\n")
    if not done:
        sys.stdout.write(words.say("summary", "nothing_to_archive", {"days": options.keep_days}) + "\n")
    return 0


def _teach(options: argparse.Namespace, words: Words) -> int:
    """Teach the watch for bursts with a quiet time, and say from how much of it."""
    now_ms = milliseconds(datetime.now(CITY_TIME))
    from_ms, until_ms = usual_span(now_ms)
    span_ms = (
        from_ms if options.start is None else milliseconds(options.start),
        until_ms if options.end is None else milliseconds(options.end),
    )
    learned = learn_bursts(options.workspace, now_ms, span_ms, options.once_in_days * _DAY_S, progress_on(words))
    detail = {"count": len(learned.loggers), "percent": round(100.0 * learned.used), "days": options.once_in_days}
    sys.stdout.write(words.say("summary", "bursts_taught", detail) + "\n")
    return 0


def _address(text: str) -> tuple[str, int] | None:
    if not text:
        return None
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise AppError("feed.bad_broker", address=text)
    return host, int(port)


def _send(folder: Path, broker: tuple[str, int], speed: float) -> int:
    """Send until somebody ends it with Ctrl+C."""
    instruments = demo_instruments(folder, read_setup(folder), Feed(NAME, FeedKind.DEMO))
    publisher = Publisher(*broker)
    sender = DemoFeed(
        NAME, instruments, publisher.send, lambda: time.time_ns() // 1_000_000, lambda _link: None, speed=speed
    )
    sender.start()
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        return 0
    finally:
        sender.stop()
        publisher.close()
    return 0
