"""``sluice export``: the city's layers for other programs."""

from __future__ import annotations

import argparse
import sys

from app.layer_requests import ExportLayers
from app.messages import Words
from app.operations.export_layers import export_layers
from app.requests import ProgressSink


def _corners(west_m: float, south_m: float, east_m: float, north_m: float) -> tuple[tuple[float, float], ...]:
    return (west_m, south_m), (east_m, south_m), (east_m, north_m), (west_m, north_m)


def export(options: argparse.Namespace, words: Words, progress: ProgressSink) -> int:
    """Write the layers, say what had to be shortened, and return 0.

    Raises:
        CodedError: They cannot be written as asked.
    """
    names = tuple(name.strip() for name in (options.layers or "").split(",") if name.strip())
    ring_m = _corners(*options.bounds) if options.bounds else ()
    asked = ExportLayers(options.workspace, options.out, options.format, names, options.crs, options.encoding, ring_m)
    written = export_layers(asked, progress)
    told: dict[str, str | int] = {
        "path": str(written.paths[0] if len(written.paths) == 1 else options.out),
        "features": written.features,
    }
    sys.stdout.write(words.say("summary", "layers_written", told) + "\n")
    for layer, column, made in written.shortened:
        said = {"layer": layer, "column": column, "made": made}
        sys.stdout.write(words.say("summary", "column_shortened", said) + "\n")
    if written.cut_texts:
        sys.stdout.write(words.say("summary", "texts_cut", {"count": written.cut_texts}) + "\n")
    return 0
