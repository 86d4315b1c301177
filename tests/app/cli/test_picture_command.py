"""``sluice picture``: a file with the city, and another with a plan on it."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
from PySide6.QtGui import QColor, QImage

from app.ui.theme import LIGHT
from app.workspace import open_workspace


def pixels(path: Path) -> np.ndarray:
    """Shape (height, width, 3)."""
    image = QImage(str(path)).convertToFormat(QImage.Format.Format_RGBA8888)
    return np.frombuffer(image.constBits(), dtype=np.uint8).reshape(image.height(), image.width(), 4)[..., :3].copy()


def test_a_folder_that_is_not_there_is_said_in_the_operators_words(demo: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "app", "--lang", "zh_CN", "picture", str(demo), "--size", "64x64", "--out"]
    out = tmp_path / "none" / "city.png"
    done = subprocess.run([*command, str(out)], capture_output=True, text=True, check=False, timeout=300)
    assert (done.returncode, done.stderr) == (2, f"sluice: 无法写入 {out}：文件或文件夹不存在。\n")
    assert not out.parent.exists()


def test_a_picture_shows_the_city_and_another_the_plan(demo: Path, tmp_path: Path) -> None:
    with closing(open_workspace(demo)) as workspace:
        pipes = workspace.city.network.pipes
        pipe = pipes.ids[int(np.argmax(pipes.length_m))]
    seen = []
    for name, more in (
        ("city", ["--theme", "light"]),
        ("plan", ["--pipe", pipe, "--theme", "dark"]),
        ("again", ["--pipe", pipe, "--theme", "dark"]),
    ):
        out = tmp_path / f"{name}.png"
        # In a process of its own: it makes the application, and dresses it.
        command = [sys.executable, "-m", "app", "picture", str(demo), "--out", str(out), "--size", "640x360", *more]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
        assert done.returncode == 0, done.stderr
        seen.append(pixels(out))
    city, plan, again = seen
    assert city.shape == plan.shape == (360, 640, 3)
    assert len(np.unique(city.reshape(-1, 3), axis=0)) > 50
    assert city.mean() > 150 > plan.mean()
    # What is to be closed is red; a city without a plan has nothing of that colour.
    red = [(one[..., 0] > 180) & (one[..., 1] < 110) & (one[..., 2] < 110) for one in (city, plan)]
    assert not red[0].any()
    assert red[1].any()
    assert np.array_equal(plan, again)


def test_a_picture_of_an_area_has_a_main_where_it_lies(demo: Path, tmp_path: Path) -> None:
    with closing(open_workspace(demo)) as workspace:
        nodes = workspace.city.network.nodes
        x_m, y_m = float(nodes.x_m[0]), float(nodes.y_m[0])
    out, light = tmp_path / "area.png", QColor(LIGHT.map_pipe)
    area = f"{x_m - 80},{y_m - 45},{x_m + 80},{y_m + 45}"
    command = [sys.executable, "-m", "app", "picture", str(demo), "--out", str(out), "--size", "640x360"]
    done = subprocess.run([*command, "--bounds", area], capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    mains = np.abs(pixels(out).astype(int) - [light.red(), light.green(), light.blue()]).max(axis=2) < 24
    # A junction is in the middle; most of the picture is no main.
    assert mains[174:187, 314:327].any()
    assert 0.001 < mains.mean() < 0.1
