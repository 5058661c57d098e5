"""Columns handed to Arrow by their bytes, and read back."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import arrow

ROOT = Path(__file__).parents[1]
COLUMNS: dict[str, npt.NDArray[np.generic]] = {
    "floats": np.array([0.5, -3.0, np.nan, np.inf]),
    "small floats": np.array([0.5, 2.0], dtype=np.float32),
    "integers": np.array([2**53 + 1, -4, 0]),
    "codes": np.array([3, 1, 2], dtype=np.int32),
    "tiny": np.array([3, -1, 2], dtype=np.int8),
    "truths": np.array([True, False, True] * 5),
    "every other": np.arange(10.0)[::2],
    "none": np.empty(0),
    "no truths": np.empty(0, dtype=bool),
}
WORDS = ["", "Séance", "\u20ac", "a, b", "x" * 300]


@pytest.mark.parametrize("kind", COLUMNS)
def test_numbers_are_those_of_pyarrow(kind: str) -> None:
    column = COLUMNS[kind]
    made = arrow.array(column)
    made.validate(full=True)
    assert made.type == pa.array(column).type
    assert made.null_count == 0
    np.testing.assert_array_equal(made.to_numpy(zero_copy_only=False), column)


@pytest.mark.parametrize("dtype", [object, str])
def test_words_are_text(dtype: type) -> None:
    made = arrow.array(np.array(WORDS, dtype=dtype))
    made.validate(full=True)
    assert made.type == pa.string()
    assert made.to_pylist() == WORDS
    assert arrow.array(np.empty(0, dtype=dtype)).to_pylist() == []


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=40))
def test_truths_and_nulls_at_any_length(rows: list[tuple[bool, bool]]) -> None:
    truths, valid = np.array(rows, dtype=bool).reshape(-1, 2).T
    made = arrow.array(truths, valid)
    made.validate(full=True)
    assert made.to_pylist() == [truth if there else None for truth, there in rows]


@given(st.lists(st.none() | st.floats(-1e9, 1e9), max_size=40))
def test_floats_come_back_with_nan_for_null(cells: list[float | None]) -> None:
    valid = np.array([cell is not None for cell in cells], dtype=bool)
    values = np.array([cell or 0.0 for cell in cells])
    made = arrow.array(values, valid)
    assert made.null_count == int((~valid).sum())
    assert made.to_pylist() == pytest.approx(cells)
    np.testing.assert_array_equal(arrow.floats(made), np.where(valid, values, np.nan))


def test_words_by_code_are_stored_once() -> None:
    made = arrow.words(np.array([1, 0, 1, 1], dtype=np.int32), ["vote", "consensus"])
    made.validate(full=True)
    assert made.to_pylist() == ["consensus", "vote", "consensus", "consensus"]
    assert made.dictionary.to_pylist() == ["vote", "consensus"]


@pytest.mark.parametrize("column", [[1, None, 3], [True, None, False], [0.5, None, 2.5], []])
def test_any_numbers_are_read_as_floats(column: list[float | None]) -> None:
    typed = pa.array(column, pa.float64()) if not column else pa.array(column)
    expected = [np.nan if cell is None else float(cell) for cell in column]
    np.testing.assert_array_equal(arrow.floats(typed), expected)


@given(st.integers(0, 12), st.integers(0, 12))
def test_a_slice_is_read_as_the_slice(start: int, size: int) -> None:
    valid = np.arange(12) % 3 != 0
    for whole in (arrow.array(np.arange(12.0)), arrow.array(np.arange(12.0), valid)):
        expected = arrow.floats(whole)[start:][:size]
        np.testing.assert_array_equal(arrow.floats(whole.slice(start, size)), expected)


def test_chunks_are_read_one_after_another() -> None:
    first, second = arrow.array(np.array([1, 2, 3])), arrow.array(np.array([9, 4]))
    column = pa.chunked_array([first, second.slice(1), first.slice(3), first.slice(1, 1)])
    np.testing.assert_array_equal(arrow.floats(column), [1, 2, 3, 4, 2])
    assert arrow.floats(pa.chunked_array([], pa.int64())).shape == (0,)


def test_what_was_read_does_not_change_what_it_was_read_from() -> None:
    made = arrow.array(np.arange(3.0))
    read = arrow.floats(made)
    read[:] = 7.0
    assert made.to_pylist() == [0.0, 1.0, 2.0]


def test_pandas_is_not_imported() -> None:
    code = (
        "import sys, numpy as np\n"
        "from sim import arrow\n"
        "assert 'pyarrow' not in sys.modules\n"
        "column = arrow.array(np.arange(3.0), np.array([True, False, True]))\n"
        "arrow.array(np.array(['a', 'b'], dtype=object))\n"
        "arrow.words(np.array([0], dtype=np.int32), ['a'])\n"
        "arrow.floats(column)\n"
        "assert 'pyarrow' in sys.modules\n"
        "print('pandas' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
