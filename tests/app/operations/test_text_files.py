"""Text files that an operator names: UTF-8, or one clear refusal."""

from pathlib import Path

import pytest

from app.errors import AppError
from app.operations.text_files import text_of


def test_a_byte_order_mark_is_not_part_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("停水", encoding="utf-8-sig")
    assert text_of(path) == "停水"


@pytest.mark.parametrize(
    ("name", "code"), [("gbk.txt", "text_not_utf8"), ("none", "cannot_read_file"), (".", "cannot_read_file")]
)
def test_what_cannot_be_read_says_why(tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / "gbk.txt").write_bytes("停水作业".encode("gbk"))
    with pytest.raises(AppError) as refused:
        text_of(tmp_path / name)
    assert refused.value.code == code
