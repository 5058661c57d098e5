"""Text files: what cannot be read is told with the file's name and why."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from sim.encoding import text_of
from sim.errors import InputError

LARGEST = 4096


def refused(file: Path) -> str:
    with pytest.raises(InputError) as error:
        text_of(file, "mine.csv", LARGEST)
    return str(error.value)


@pytest.mark.parametrize("number", [errno.EACCES, errno.EIO])
def test_a_file_that_may_not_be_read(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(_: Path) -> bytes:
        raise OSError(number, os.strerror(number))

    file = tmp_path / "mine.csv"
    file.write_text("a,b\n")
    assert text_of(file, "mine.csv", LARGEST) == "a,b\n"
    monkeypatch.setattr(Path, "read_bytes", refuses)
    assert refused(file) == f"mine.csv: cannot be read: {os.strerror(number)}"


def test_no_file_a_folder_and_one_that_is_too_large(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    assert refused(file) == "mine.csv: cannot be read: there is no such file"
    assert refused(tmp_path) == "mine.csv: is not a file"
    file.write_bytes(b"a" * LARGEST)
    assert len(text_of(file, "mine.csv", LARGEST)) == LARGEST
    file.write_bytes(b"a" * (LARGEST + 1))
    assert refused(file) == "mine.csv: is larger than 4 KB, the most that is read"
