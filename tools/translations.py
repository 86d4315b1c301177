"""Bring the console's translations up to date: collect the words of app/ui, then compile what is translated.

    python tools/translations.py

New words appear in resources/i18n/sluice_zh_CN.ts as unfinished; translate them there and run this again.
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import xml.etree.ElementTree as ET
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
LANGUAGE = "zh_CN"
TRANSLATION = PROJECT / "resources" / "i18n" / f"sluice_{LANGUAGE}.ts"


def _tool(name: str) -> str:
    """The program *name* of this very environment, which need not be on PATH."""
    return str(Path(sysconfig.get_path("scripts")) / name)


def sources() -> list[Path]:
    """Every file that may hold words for widgets."""
    return sorted((PROJECT / "app" / "ui").rglob("*.py"))


def collect(translation: Path) -> None:
    """Write all words of the sources into *translation*, keeping what is translated there."""
    options = ["-silent", "-no-obsolete", "-locations", "none", "-source-language", "en", "-target-language", LANGUAGE]
    files = [str(path.relative_to(PROJECT)) for path in sources()]
    subprocess.run([_tool("pyside6-lupdate"), *options, *files, "-ts", str(translation)], check=True, cwd=PROJECT)


def compile_to(translation: Path, compiled: Path) -> None:
    """Compile *translation* into what Qt loads."""
    subprocess.run(
        [_tool("pyside6-lrelease"), "-silent", str(translation), "-qm", str(compiled)], check=True, cwd=PROJECT
    )


def unfinished(translation: Path) -> list[str]:
    """Words without a translation, as ``context: words``."""
    # The file is the project's own.
    root = ET.parse(translation).getroot()  # noqa: S314
    return [
        f"{context.findtext('name')}: {message.findtext('source')}"
        for context in root.iter("context")
        for message in context.iter("message")
        if not (message.findtext("translation") or "").strip()
    ]


def main() -> int:
    """Collect, compile, and name what is left to translate."""
    collect(TRANSLATION)
    compile_to(TRANSLATION, TRANSLATION.with_suffix(".qm"))
    left = unfinished(TRANSLATION)
    for words in left:
        sys.stderr.write(f"not translated: {words}\n")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
