"""NumPy columns as Arrow arrays, handed over by their bytes.

`pyarrow.array` looks whether what it is given is of pandas, and imports pandas for that where it
is installed: most of a second, in every process. From buffers it need not ask.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

GROUP = 32_768  # rows of a Parquet file written together
About = Mapping[str, Mapping[str, str]]  # what a file says of each column: title, unit, ...


def array(column: npt.NDArray[Any], valid: npt.NDArray[np.bool_] | None = None) -> Any:
    """Turn a column of numbers, truths or words into an Arrow array.

    Args:
        column: (rows,); objects are taken as text.
        valid: which rows hold a value, (rows,); the others are null. None: all.
    """
    import pyarrow as pa

    data: list[npt.NDArray[Any]] = [np.ascontiguousarray(column)]
    if column.dtype == np.bool_:
        kind, data = pa.bool_(), [_bits(column)]
    elif column.dtype.kind in "OU":
        said = [str(cell).encode() for cell in column]
        ends = np.cumsum([0, *map(len, said)], dtype=np.int32)
        kind, data = pa.string(), [ends, np.frombuffer(b"".join(said), dtype=np.uint8)]
    else:
        kind = pa.from_numpy_dtype(column.dtype)
    present = None if valid is None or valid.all() else pa.py_buffer(_bits(valid))
    return pa.Array.from_buffers(kind, len(column), [present, *map(pa.py_buffer, data)])


def words(
    codes: npt.NDArray[np.int32],
    meanings: Sequence[str],
    valid: npt.NDArray[np.bool_] | None = None,
) -> Any:
    """Turn codes into an Arrow array of words, each word stored once; null where not ``valid``."""
    import pyarrow as pa

    meant = array(np.array(meanings, dtype=object))
    return pa.DictionaryArray.from_arrays(array(codes, valid), meant)


def table(columns: Mapping[str, Any], about: About | None = None) -> Any:
    """Put Arrow arrays together into a table.

    Args:
        columns: arrays by name, in order.
        about: what the file is to say of a column: title, unit and the like.
    """
    import pyarrow as pa

    said = about or {}
    fields = [pa.field(name, of.type, metadata=said.get(name)) for name, of in columns.items()]
    return pa.Table.from_arrays(list(columns.values()), schema=pa.schema(fields))


def as_file(table: Any, **options: Any) -> bytes:
    """Write a table as a Parquet file, with the options of `pyarrow.parquet.write_table`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = pa.BufferOutputStream()
    pq.write_table(table, out, **options)
    data: bytes = out.getvalue().to_pybytes()
    return data


def _bits(truths: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint8]:
    return np.packbits(truths, bitorder="little")


def floats(column: Any) -> npt.NDArray[np.float64]:
    """Read an Arrow column of numbers or truths, nan where it is null: (rows,)."""
    import pyarrow as pa
    import pyarrow.compute as pc

    nothing = array(np.array([np.nan]))[0]  # pyarrow would ask pandas about a number of Python's
    whole = pc.fill_null(pc.cast(column, pa.float64()), nothing)
    chunks = whole.chunks if isinstance(whole, pa.ChunkedArray) else [whole]
    read = [np.frombuffer(c.buffers()[1], dtype=np.float64)[c.offset :][: len(c)] for c in chunks]
    return np.concatenate([*read, np.empty(0)])


def read(file: Path, columns: Sequence[str] | None = None) -> Any:
    """Read a Parquet file into an Arrow table, checking the sum of every page.

    `pyarrow.parquet.read_table` does the same by way of datasets, which take a third of a second
    to import.

    Raises:
        OSError, pyarrow.ArrowException: it cannot be read, or is damaged.
    """
    import pyarrow.parquet as pq

    with pq.ParquetFile(file, page_checksum_verification=True) as opened:
        return opened.read(columns=None if columns is None else list(columns), use_threads=False)


class Writer:
    """Writes tables into one Parquet file in groups of rows of one size."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.waiting: list[Any] = []
        self.writer: Any = None

    def add(self, table: Any) -> None:
        """Add rows."""
        self.waiting.append(table)
        if sum(map(len, self.waiting)) >= GROUP:
            self._write(whole=True)

    def close(self) -> None:
        """Write what is left."""
        self._write(whole=False)
        if self.writer is not None:
            self.writer.close()

    def _write(self, *, whole: bool) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        if not self.waiting:
            return
        table = pa.concat_tables(self.waiting).unify_dictionaries().combine_chunks()
        if self.writer is None:
            self.writer = pq.ParquetWriter(self.file, table.schema, write_page_checksum=True)
        end = len(table) // GROUP * GROUP if whole else len(table)
        self.writer.write_table(table.slice(0, end), row_group_size=GROUP)
        self.waiting = [table.slice(end)] if end < len(table) else []
