from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any

import numpy as np
from numpy.typing import NDArray

def read(
    path_or_buffer: str | PathLike[str],
    layer: str | None = ...,
    encoding: str | None = ...,
    columns: Sequence[str] | None = ...,
    force_2d: bool = ...,
) -> tuple[Mapping[str, Any], NDArray[np.int64] | None, NDArray[np.object_] | None, list[NDArray[Any]]]: ...
def write(
    path: str | PathLike[str],
    geometry: NDArray[np.object_] | None,
    field_data: Sequence[NDArray[Any]],
    fields: Sequence[str],
    field_mask: Sequence[NDArray[np.bool_] | None] | None = ...,
    layer: str | None = ...,
    driver: str | None = ...,
    geometry_type: str | None = ...,
    crs: str | None = ...,
    encoding: str | None = ...,
    append: bool = ...,
    dataset_metadata: Mapping[str, str] | None = ...,
    layer_metadata: Mapping[str, str] | None = ...,
    dataset_options: Mapping[str, str] | None = ...,
    layer_options: Mapping[str, str] | None = ...,
) -> None: ...
