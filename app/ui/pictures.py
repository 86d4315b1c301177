"""The map as a PNG file, for the command line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QImageWriter
from PySide6.QtWidgets import QApplication

from app.errors import AppError
from app.requests import PlanMade
from app.ui import fonts
from app.ui.look import Look
from app.ui.map.content import MapContent
from app.ui.map.picture import paint_picture
from app.ui.whole_files import beside, refused_by, written_by_qt
from gis.scene.plan_picture import draw_plan
from gis.scene.scene import Scene
from gis.scene.view import Bounds
from network.errors import os_detail
from network.topology import City, DeviceStates


@dataclass(frozen=True)
class PictureOptions:
    """What the picture is to be.

    Attributes:
        path: A PNG file; its folder must be there.
        width_px, height_px: Size.
        theme: ``light``, ``dark`` or ``sun``.
        language: ``zh_CN`` or ``en``.
        bounds: What to show, project CRS; the plan or the whole city where None.
    """

    path: Path
    width_px: int
    height_px: int
    theme: str
    language: str
    bounds: Bounds | None = None


def save_picture(
    options: PictureOptions, city: City, scene: Scene, states: DeviceStates, made: PlanMade | None
) -> None:
    """Paint what is asked for, else the plan *made* with its surroundings or the whole city, into a file.

    Raises:
        AppError: ``cannot_write_file``.
    """
    application = QApplication.instance() or QApplication(["sluice"])
    fonts.load_fonts()
    look = Look(options.theme, options.language)
    look.apply()
    content = MapContent.of(city, scene, states)
    if made is not None:
        content = replace(content, plan=draw_plan(city, content.pipes, states, made.answer, made.impact))
    image = paint_picture(content, options.width_px, options.height_px, look.theme, bounds=options.bounds)
    try:
        with beside(options.path) as partial:
            with written_by_qt(partial) as device:
                if not QImageWriter(device, QByteArray(b"png")).write(image):
                    raise refused_by(device)
            partial.replace(options.path)
    except OSError as error:
        raise AppError("cannot_write_file", path=str(options.path), **os_detail(error)) from error
    assert application is not None  # Fonts live as long as the application does.
