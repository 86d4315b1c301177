"""Make this folder ready to run: system packages, the environment in `.venv`, the libraries of `requirements.lock`.

Needs nothing but Python 3.11 and its standard library, because it runs on machines that have no pip and no venv module.
A second run finds its own stamp and returns at once. Usage::

    python3 tools/set_up.py [run|test] [--skip-system]

Exit status 0: ready. 2: something must be done by hand first, and it says exactly what.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
STAMP = VENV / "set-up.json"
LOCK = ROOT / "requirements.lock"
OLDEST_PYTHON = (3, 11)
NEWEST_WITH_EPANET_WHEEL = (3, 12)
PYTHONS_TO_TRY = ("python3.12", "python3.11", "python3.13", "python3.14")


class CannotSetUpError(Exception):
    """Something outside this folder stands in the way; the text tells a person what to do."""


@dataclass(frozen=True)
class SystemPackage:
    """A Debian or Ubuntu package: the names it goes by over the releases, and what would not work without it."""

    names: tuple[str, ...]
    why: str


RUN_PACKAGES = (
    SystemPackage(("libgl1",), "Qt loads it to draw"),
    SystemPackage(("libegl1",), "Qt loads it to draw, also without a display"),
    SystemPackage(("libxkbcommon0",), "keyboard layouts in the window"),
    SystemPackage(("libdbus-1-3",), "Qt talks to the desktop through it"),
    SystemPackage(("libfontconfig1",), "finds the fonts"),
    SystemPackage(("libglib2.0-0", "libglib2.0-0t64"), "Qt's event loop"),
    SystemPackage(("libxkbcommon-x11-0",), "keyboard on X11 displays"),
    SystemPackage(("libxcb-cursor0",), "the window on X11 displays"),
    SystemPackage(("libxcb-icccm4",), "the window on X11 displays"),
    SystemPackage(("libxcb-keysyms1",), "the window on X11 displays"),
    SystemPackage(("libxcb-shape0",), "the window on X11 displays"),
    SystemPackage(("libsqlite3-mod-spatialite",), "maps inside SQLite files"),
    SystemPackage(("fonts-noto-cjk",), "Chinese characters on screen and in print"),
)
TEST_PACKAGES = (
    SystemPackage(("xvfb",), "a display for the window tests"),
    SystemPackage(("xauth",), "a display for the window tests"),
    SystemPackage(("mosquitto",), "a message broker for the tests of feeds"),
    SystemPackage(("postgresql",), "a server of their own for the tests of the hub"),
    SystemPackage(("postgresql-postgis",), "maps on that server, for the tests of the hub's network"),
    SystemPackage(("gcc",), "compiles what watches the journal's writes in the test of power cuts"),
    SystemPackage(("libc6-dev",), "compiles what watches the journal's writes in the test of power cuts"),
)
BUILD_PACKAGES = (
    SystemPackage(("g++",), "EPANET comes as source for this Python and is compiled"),
    SystemPackage(("swig",), "EPANET comes as source for this Python and is compiled"),
    SystemPackage(("python3-dev",), "EPANET comes as source for this Python and is compiled"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Set up what *arguments* ask for and return the exit status."""
    options = _parse(arguments)
    try:
        _check_python()
        with _one_at_a_time():
            wanted = _fingerprint(options.purpose)
            if not _is_done(wanted):
                _set_up(options.purpose, skip_system=options.skip_system)
                STAMP.write_text(json.dumps(wanted), encoding="utf-8")
    except CannotSetUpError as problem:
        sys.stdout.flush()  # what was found missing stands before what to do about it, also in a log file
        print(f"\n{problem}", file=sys.stderr)
        return 2
    return 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Make this folder ready to run.")
    parser.add_argument("purpose", nargs="?", choices=("run", "test"), default="run")
    parser.add_argument("--skip-system", action="store_true", help="take the system packages as present")
    return parser.parse_args(arguments)


def _check_python() -> None:
    """Go on with a newer Python where this one is too old and another is at hand."""
    if sys.version_info >= OLDEST_PYTHON:
        return
    newer = next(filter(None, map(shutil.which, PYTHONS_TO_TRY)), None)
    if newer is None:
        have = ".".join(map(str, sys.version_info[:3]))
        raise CannotSetUpError(f"Python 3.11 or newer is needed, and this machine has {have}: install python3.11.")
    os.execv(newer, [newer, __file__, *sys.argv[1:]])


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Hold the project folder's lock, so that two runs never write one environment at once."""
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _fingerprint(purpose: str) -> dict[str, str]:
    """Everything on which the environment depends; an environment is ready when its stamp says the same."""
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8").partition("\n[tool.")[0]
    return {
        "purpose": purpose,
        "lock": hashlib.sha256(LOCK.read_bytes()).hexdigest(),
        "project": hashlib.sha256(project.encode()).hexdigest(),
        # Who brings an older folder up to date gets what was added to these lists, too.
        "system": " ".join(package.names[0] for package in (*RUN_PACKAGES, *TEST_PACKAGES, *BUILD_PACKAGES)),
    }


def _is_done(wanted: dict[str, str]) -> bool:
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    enough = stamp.get("purpose") in {wanted["purpose"], "test"}
    same = all(stamp.get(key) == wanted[key] for key in ("lock", "project", "system"))
    return enough and same and _environment_works()


def _set_up(purpose: str, *, skip_system: bool) -> None:
    if not skip_system:
        _install_system_packages(_missing(_wanted_packages(purpose)))
    _make_environment()
    _install_libraries()
    print("Ready.", flush=True)


# System packages


def _wanted_packages(purpose: str) -> list[SystemPackage]:
    packages = [*_venv_package(), *RUN_PACKAGES]
    if sys.version_info[:2] > NEWEST_WITH_EPANET_WHEEL and sys.platform == "linux":
        packages += BUILD_PACKAGES
    if purpose == "test":
        packages += TEST_PACKAGES
    return packages


def _venv_package() -> list[SystemPackage]:
    """The package that completes this very interpreter, where its distribution split it."""
    probe = subprocess.run([_base_python(), "-c", "import ensurepip, venv"], capture_output=True, check=False)
    if probe.returncode == 0:
        return []
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return [SystemPackage((f"python{version}-venv", "python3-venv"), "makes the environment that holds the libraries")]


def _missing(packages: Sequence[SystemPackage]) -> list[SystemPackage]:
    """Those of *packages* that dpkg does not have; none where there is no dpkg to ask."""
    if shutil.which("dpkg-query") is None:
        print("This is no Debian or Ubuntu: system packages are left to you (see docs/administration.md).")
        return []
    names = [name for package in packages for name in package.names]
    query = subprocess.run(
        ["dpkg-query", "--show", "--showformat=${Package} ${db:Status-Status}\n", *names],
        capture_output=True,
        text=True,
        check=False,
    )
    installed = {line.split()[0] for line in query.stdout.splitlines() if line.endswith(" installed")}
    return [package for package in packages if installed.isdisjoint(package.names)]


def _install_system_packages(missing: Sequence[SystemPackage]) -> None:
    if not missing:
        return
    print("Missing from this system:")
    for package in missing:
        print(f"  {package.names[0]:<28} {package.why}")
    names = [package.names[0] for package in missing]
    prefix = _privilege(names)
    print(f"Installing with: {' '.join([*prefix, 'apt-get install'])} (asks for nothing else)", flush=True)
    if not _apt(prefix, "install", *names):
        print("The package lists may be missing or old; fetching them.", flush=True)
        _apt(prefix, "update")
        if not _apt(prefix, "install", *names):
            raise CannotSetUpError(f"apt-get could not install them; its words stand above.\n{_by_hand(names)}")


def _privilege(names: Sequence[str]) -> list[str]:
    """What to put before apt-get: nothing for root, sudo where it may be used; refuse with the command otherwise."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is not None:
        silent = subprocess.run(["sudo", "-n", "true"], capture_output=True, stdin=subprocess.DEVNULL, check=False)
        if silent.returncode == 0:
            return ["sudo"]
        if sys.stdin.isatty():
            print("Installing them needs sudo, which may ask for your password.", flush=True)
            return ["sudo"]
    raise CannotSetUpError(f"This account may not install them.\n{_by_hand(names)}")


def _by_hand(names: Sequence[str]) -> str:
    return (
        "Type this as administrator (root), then the same make command again:\n\n"
        f"    apt-get update && apt-get install --no-install-recommends {' '.join(names)}\n\n"
        "If they are present in another way: python3 tools/set_up.py --skip-system"
    )


def _apt(prefix: Sequence[str], action: str, *names: str) -> bool:
    command = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--yes", "-qq"]
    command += ["-o", "DPkg::Lock::Timeout=120", "-o", "Dpkg::Use-Pty=0", action]
    if action == "install":
        command.append("--no-install-recommends")
    return subprocess.run([*command, *names], check=False).returncode == 0


# The environment


def _base_python() -> str:
    """The interpreter outside any environment: one made by another environment's Python would lean on that one."""
    if sys.prefix == sys.base_prefix:
        return sys.executable
    return str(Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}")


def _environment_works() -> bool:
    """Whether `.venv` has a Python that starts and still is the version that the libraries were installed for."""
    if not VENV_PYTHON.exists():
        return False
    code = "import sys, importlib.util as u; print(*sys.version_info[:2], u.find_spec('pip') is not None)"
    answer = subprocess.run([VENV_PYTHON, "-c", code], capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        return False
    major, minor, has_pip = answer.stdout.split()
    recorded = (VENV / "lib" / f"python{major}.{minor}" / "site-packages").is_dir()
    return recorded and has_pip == "True" and (int(major), int(minor)) >= OLDEST_PYTHON


def _make_environment() -> None:
    if _environment_works():
        return
    print(f"Making the environment in {VENV.name}/ with Python {sys.version.split()[0]}", flush=True)
    made = subprocess.run([_base_python(), "-m", "venv", "--clear", VENV], check=False)
    if made.returncode != 0:
        raise CannotSetUpError("Python could not make an environment; its words stand above.")


def _install_libraries() -> None:
    count = sum(1 for line in LOCK.read_text(encoding="utf-8").splitlines() if line[:1].isalpha())
    print(f"Installing the libraries of {LOCK.name} (up to {count}, each checked by its hash)", flush=True)
    locked = ["--require-hashes", "--requirement", str(LOCK)]
    if not _pip(*locked) and not _pip(*locked):
        raise CannotSetUpError("pip could not install the libraries, twice; its words stand above.")
    if not _pip("--no-deps", "--no-build-isolation", "--editable", str(ROOT)):
        raise CannotSetUpError("pip could not install this project; its words stand above.")


def _pip(*arguments: str) -> bool:
    """Run `pip install`, showing what it downloads and its complaints but not its thousand other lines."""
    command = [str(VENV_PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar=off"]
    environment = {**os.environ, "PIP_REQUIRE_VIRTUALENV": "1", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [*command, *arguments], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, env=environment
    ) as pip:
        assert pip.stdout is not None
        for line in pip.stdout:
            if line.lstrip().startswith(("Downloading ", "Building wheel", "Installing collected")):
                text = line.strip()
                print(f"  {text if len(text) <= 100 else text[:97] + '...'}", flush=True)
    return pip.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
