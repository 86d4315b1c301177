"""Run every benchmark of this folder, one after the other, each in a fresh process.

Usage: ``python benchmarks/run_all.py [NAME…]``, where a NAME is part of a file name. Every benchmark prints ratios
within its own run, so that figures of different machines can be compared.
"""

import argparse
import os
import platform
import subprocess
import sys
import time
from pathlib import Path

FOLDER = Path(__file__).resolve().parent


def main() -> int:
    """Run the benchmarks that were asked for and return 1 if any of them failed."""
    parser = argparse.ArgumentParser(description="Run the benchmarks.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only those whose file name contains one of these")
    wanted = parser.parse_args().names
    scripts = [path for path in sorted(FOLDER.glob("bench_*.py")) if _is_wanted(path, wanted)]
    print(f"{platform.system()} {platform.machine()}, Python {platform.python_version()}, {os.cpu_count()} processors")
    failed = [script.name for script in scripts if not _runs(script)]
    if failed:
        print(f"failed: {', '.join(failed)}")
    return 1 if failed or not scripts else 0


def _is_wanted(path: Path, names: list[str]) -> bool:
    return not names or any(name in path.stem for name in names)


def _runs(script: Path) -> bool:
    print(f"\n=== {script.stem}", flush=True)
    started = time.perf_counter()
    path = os.pathsep.join([str(FOLDER.parent), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run([sys.executable, script], check=False, env={**os.environ, "PYTHONPATH": path})
    print(f"({time.perf_counter() - started:.0f} s)", flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
