from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from pyarrow import RecordBatch, Schema, Table

class FileMetaData:
    num_rows: int

class ParquetFile:
    schema_arrow: Schema
    metadata: FileMetaData
    def __init__(self, source: str | Path) -> None: ...
    def iter_batches(self, columns: Sequence[str]) -> Iterator[RecordBatch]: ...

class ParquetWriter:
    def __init__(self, where: str | Path, schema: Schema, compression: str) -> None: ...
    def write_table(self, table: Table) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
