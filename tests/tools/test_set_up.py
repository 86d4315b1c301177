"""The set-up script against machines made up of fake commands: what it says, in which order, and when it refuses."""

import importlib.util
import os
import stat
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "tools" / "set_up.py"


@pytest.fixture
def set_up(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("set_up", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "set_up", module)
    spec.loader.exec_module(module)
    return module


class Machine:
    """A folder of fake commands that is all of PATH, and the log of their calls."""

    def __init__(self, folder: Path) -> None:
        self.bin = folder / "bin"
        self.bin.mkdir()
        self.log = folder / "calls.log"
        self.command("env", 'while [ "${1#*=}" != "$1" ]; do shift; done; exec "$@"', logged=False)

    def command(self, name: str, script: str, *, logged: bool = True) -> None:
        path = self.bin / name
        record = f'echo "{name} $*" >> "{self.log}"\n' if logged else ""
        path.write_text(f"#!/bin/sh\n{record}{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def has_packages(self, *names: str) -> None:
        lines = "\n".join(f"echo '{name} installed'" for name in names)
        self.command("dpkg-query", f"{lines}\nexit 1", logged=False)

    def calls(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine(tmp_path)
    monkeypatch.setenv("PATH", str(made.bin))
    return made


def test_only_what_dpkg_lacks_is_missing_under_any_of_its_names(set_up: ModuleType, machine: Machine) -> None:
    machine.has_packages("libgl1", "libglib2.0-0t64", "fonts-noto-cjk")
    missing = {package.names[0] for package in set_up._missing(set_up.RUN_PACKAGES)}
    assert missing.isdisjoint({"libgl1", "libglib2.0-0", "fonts-noto-cjk"})
    assert {"libegl1", "libsqlite3-mod-spatialite"} <= missing


def test_a_half_installed_package_is_missing(set_up: ModuleType, machine: Machine) -> None:
    machine.command("dpkg-query", "echo 'libgl1 half-configured'; echo 'libegl1 not-installed'")
    names = {package.names[0] for package in set_up._missing(set_up.RUN_PACKAGES)}
    assert {"libgl1", "libegl1"} <= names


def test_without_dpkg_nothing_is_asked_of_apt(
    set_up: ModuleType, machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    assert set_up._missing(set_up.RUN_PACKAGES) == []
    assert "no Debian or Ubuntu" in capsys.readouterr().out


def test_root_installs_directly_after_saying_what_and_why(
    set_up: ModuleType, machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    machine.command("apt-get", "exit 0")
    set_up._install_system_packages(set_up.RUN_PACKAGES)
    said = capsys.readouterr().out
    for package in set_up.RUN_PACKAGES:
        assert f"{package.names[0]:<28} {package.why}" in said
    (call,) = machine.calls()
    assert call.startswith("apt-get --yes")
    assert call.endswith("fonts-noto-cjk")


def test_old_package_lists_are_fetched_once(
    set_up: ModuleType, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    machine.command("apt-get", f'case "$*" in *update*) : > "{machine.bin}/fresh";; esac\n[ -e "{machine.bin}/fresh" ]')
    set_up._install_system_packages(set_up.TEST_PACKAGES)
    install, update, again = (call.split("Use-Pty=0 ")[1] for call in machine.calls())
    wanted = " ".join(package.names[0] for package in set_up.TEST_PACKAGES)
    assert install == again == f"install --no-install-recommends {wanted}"
    assert update == "update"


def test_what_apt_cannot_install_is_said_with_the_command(
    set_up: ModuleType, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    machine.command("apt-get", "exit 100")
    with pytest.raises(set_up.CannotSetUpError, match="apt-get install --no-install-recommends xvfb xauth"):
        set_up._install_system_packages(set_up.TEST_PACKAGES)


def test_sudo_is_used_where_it_asks_nothing(
    set_up: ModuleType, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    machine.command("sudo", '[ "$1" = -n ] && exit 0; exec "$@"')
    machine.command("apt-get", "exit 0")
    set_up._install_system_packages(set_up.TEST_PACKAGES)
    assert any(call.startswith("sudo env DEBIAN_FRONTEND=noninteractive apt-get") for call in machine.calls())


@pytest.mark.parametrize("sudo", [None, "exit 1"])
def test_without_rights_it_says_what_to_type_and_touches_nothing(
    set_up: ModuleType, machine: Machine, monkeypatch: pytest.MonkeyPatch, sudo: str | None
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    if sudo is not None:
        machine.command("sudo", sudo)
    machine.command("apt-get", "exit 0")
    with pytest.raises(set_up.CannotSetUpError, match="apt-get update && apt-get install --no-install-recommends xvfb"):
        set_up._install_system_packages(set_up.TEST_PACKAGES)
    assert not any("apt-get" in call for call in machine.calls())


def test_a_person_at_a_terminal_may_be_asked_for_a_password(
    set_up: ModuleType, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    machine.command("sudo", "exit 1")
    assert set_up._privilege(["xvfb"]) == ["sudo"]


def test_newer_pythons_need_a_compiler_for_epanet(set_up: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(set_up, "_venv_package", list)
    for version, compiles in (((3, 12, 3), False), ((3, 13, 0), True)):
        monkeypatch.setattr(sys, "version_info", _version(*version))
        names = {package.names[0] for package in set_up._wanted_packages("run")}
        assert ({"swig", "g++"} <= names) is compiles


@pytest.mark.parametrize(("whole", "wanted"), [("0", []), ("1", ["python3.11-venv"])])
def test_the_venv_module_is_asked_for_only_where_the_distribution_split_it_off(
    set_up: ModuleType, machine: Machine, monkeypatch: pytest.MonkeyPatch, whole: str, wanted: list[str]
) -> None:
    machine.command("python", f"exit {whole}")
    monkeypatch.setattr(set_up, "_base_python", lambda: str(machine.bin / "python"))
    monkeypatch.setattr(sys, "version_info", _version(3, 11, 2))
    assert [package.names[0] for package in set_up._venv_package()] == wanted


def _version(major: int, minor: int, micro: int) -> object:
    class Version(tuple):  # noqa: SLOT001 - stands in for sys.version_info, which has named parts
        major: int
        minor: int

    version = Version((major, minor, micro))
    version.major, version.minor = major, minor
    return version


@pytest.fixture
def folder(set_up: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder of its own, with pip replaced by a log of what it was asked."""
    root = tmp_path / "project"
    root.mkdir()
    (root / "pyproject.toml").write_text("[project]\nname = 'x'\n\n[tool.y]\n")
    (root / "requirements.lock").write_text("numpy==1 \\\n    --hash=sha256:00\n")
    for constant, path in {
        "ROOT": "", "VENV": ".venv", "VENV_PYTHON": ".venv/bin/python", "STAMP": ".venv/set-up.json",
        "LOCK": "requirements.lock",
    }.items():  # fmt: skip
        monkeypatch.setattr(set_up, constant, root / path)
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(set_up, "_pip", lambda *arguments: asked.append(arguments) or True)
    monkeypatch.setattr(set_up, "asked", asked, raising=False)
    return root


def test_set_up_happens_once_until_what_it_depends_on_changes(
    set_up: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def steps_of_a_run(purpose: str = "run") -> int:
        set_up.asked.clear()
        assert set_up.main([purpose, "--skip-system"]) == 0
        return len(set_up.asked)

    assert steps_of_a_run() == 2
    assert set_up.asked[0] == ("--require-hashes", "--requirement", str(folder / "requirements.lock"))
    assert steps_of_a_run() == 0
    (folder / "pyproject.toml").write_text("[project]\nname = 'x'\n\n[tool.y]\nstrict = true\n")
    assert steps_of_a_run() == 0, "the tools' settings change no library"
    (folder / "requirements.lock").write_text("numpy==2 \\\n    --hash=sha256:11\n")
    assert steps_of_a_run() == 2
    assert steps_of_a_run("test") == 2, "the tests want more than a run does"
    assert steps_of_a_run("run") == 0, "but a run wants nothing more than the tests"
    monkeypatch.setattr(set_up, "TEST_PACKAGES", (*set_up.TEST_PACKAGES, set_up.SystemPackage(("new",), "is new")))
    assert steps_of_a_run("test") == 2, "something new is wanted of the system"
    (folder / ".venv" / "bin" / "python").unlink()
    assert steps_of_a_run() == 2
    assert subprocess.run([folder / ".venv" / "bin" / "python", "-c", ""], check=False).returncode == 0


def test_an_interrupted_set_up_is_done_again(
    set_up: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(set_up, "_pip", lambda *_: False)
    assert set_up.main(["--skip-system"]) == 2
    assert "pip could not install the libraries, twice" in capsys.readouterr().err
    assert not (folder / ".venv" / "set-up.json").exists()
    monkeypatch.setattr(set_up, "_pip", lambda *_: True)
    assert set_up.main(["--skip-system"]) == 0


def test_an_old_python_hands_over_to_a_newer_one(
    set_up: ModuleType, machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", _version(3, 9, 2))
    assert set_up.main([]) == 2
    assert "Python 3.11 or newer is needed, and this machine has 3.9.2" in capsys.readouterr().err
    machine.command("python3.13", "exit 0")
    started: list[list[str]] = []

    def execute(_path: str, command: list[str]) -> None:
        started.append(command)
        raise SystemExit(0)

    monkeypatch.setattr(os, "execv", execute)
    with pytest.raises(SystemExit):
        set_up.main(["run"])
    assert started[0][0].endswith("python3.13")
