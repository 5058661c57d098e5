"""Levels as text: whatever a file says, --set reads back the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.experiment import levels
from sim.scenario import reader

Texts = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=12).filter(
    lambda text: "\x85" not in text and "\ufeff" not in text
)
Names = Texts.filter(lambda text: not text.lstrip().startswith(("=", "+", "-", "@")))  # no formulas
Values = st.recursive(
    Texts | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(Names, inner, max_size=3),
    max_leaves=6,
)


@given(Values)
def test_a_value_is_read_back_as_it_was_written(value: object) -> None:
    assert reader.value(levels.written(value), "--set") == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("two_thirds", "two_thirds"),
        ("leaves EU", "leaves EU"),
        (None, "null"),
        ("null", '"null"'),
        (["RUS", "CHN"], "[RUS, CHN]"),
        (["Russian Federation", None], "[Russian Federation, null]"),
        ({"issue": "SOV", "value": "-3.5"}, "{issue: SOV, value: -3.5}"),
        ({"words": "yes, and: no"}, '{words: "yes, and: no"}'),
    ],
)
def test_levels_are_written_as_one_would_type_them(value: object, text: str) -> None:
    assert levels.written(value) == text


@pytest.mark.parametrize("text", ["1", "-2.5", "1e3", ".5", "+4.", "1E-3"])
def test_numbers(text: str) -> None:
    assert levels.is_number(text)


@pytest.mark.parametrize("text", ["nan", "inf", "1_000", "", "two", "1,5", "50%", "0x10"])
def test_not_numbers(text: str) -> None:
    assert not levels.is_number(text)


def test_steps_are_even_or_in_equal_ratios_and_can_be_read() -> None:
    assert levels.steps(0, 100, 11) == tuple(map(str, range(0, 101, 10)))
    assert levels.steps(0, 1, 4) == ("0", "0.333333", "0.666667", "1")
    assert levels.steps(1, 100, 3, log=True) == ("1", "10", "100")
    assert levels.number(-0.0) == "0"
