from collections.abc import Mapping
from os import PathLike
from typing import Any

import numpy as np
from numpy.typing import NDArray

def list_layers(path_or_buffer: str | PathLike[str]) -> NDArray[np.object_]: ...
def read_info(
    path_or_buffer: str | PathLike[str], layer: str | None = ..., encoding: str | None = ...
) -> Mapping[str, Any]: ...
