"""What the worker does for the attribute table."""

from __future__ import annotations

from app.messages import LANGUAGES, load_words
from app.operations.attribute_rows import arrange, export_table
from app.requests import ProgressSink
from app.table_requests import ArrangeTable, ExportTable, TableArranged, TableExported
from gis.cache import open_city
from network.topology import City, DeviceStates


def arrange_table(city: City, states: DeviceStates, request: ArrangeTable) -> TableArranged:
    """Choose and sort; a filter may be written in any language of the console."""
    return arrange(city, states, request, [load_words(language) for language in LANGUAGES])


def write_table(request: ExportTable, progress: ProgressSink) -> TableExported:
    """Write rows to a file, in a process that has nothing open."""
    return export_table(open_city(request.cache, verify=False), request, load_words(request.language), progress)
