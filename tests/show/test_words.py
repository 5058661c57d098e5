"""Numbers and names in words."""

from __future__ import annotations

import pytest

from sim.forums.rules import Decision, How
from sim.show import words


@pytest.mark.parametrize(
    ("share", "said"), [(0.0, "0%"), (0.001, "1%"), (0.5, "50%"), (0.999, "99%"), (1.0, "100%")]
)
def test_only_all_is_all_and_only_none_is_none(share: float, said: str) -> None:
    assert words.percent(share) == said


def test_what_is_not_known_is_a_dash() -> None:
    nan = float("nan")
    assert {words.percent(nan), words.number(nan), words.signed(nan)} == {"-"}


def test_there_is_no_minus_zero() -> None:
    assert words.number(-0.01, 1) == "0.0"
    assert words.signed(-0.01) == "0.0"
    assert words.signed(1.25) == "+1.2"


def test_lists() -> None:
    assert words.both([]) == ""
    assert words.both(["a", "b", "c"]) == "a, b and c"
    assert words.some(["a", "b", "c", "d"], 2) == "a, b and 2 more"


def test_runs_in_words() -> None:
    assert words.of_runs(1.0, 200) == "in all 200 runs"
    assert words.of_runs(0.25, 1000) == "in 25% of 1,000 runs"
    assert words.of_runs(0.0, 1) == "not in the one run"


def test_every_decision_and_every_way_has_its_word() -> None:
    assert set(words.DECISION) == set(Decision)
    assert set(words.HOW) == {how.name.lower() for how in How}


def test_countries_by_their_short_names() -> None:
    assert words.called("GBR") == "United Kingdom"
    assert words.called("BOL") == "Bolivia"
    assert words.called("MSFT", "Microsoft") == "Microsoft"
    assert len(words.called("X", "y" * 90)) == 24


def test_columns_fit_and_leave_no_blanks_at_the_end() -> None:
    assert words.columns((6, 4, 4), "a long head", "1", "") == "a...     1"


def test_nothing_is_cut_within_a_number() -> None:
    assert words.short("it falls by 123.45 votes", 20) == "it falls by..."
    assert words.short("short", 20) == "short"


def test_lines_of_a_sentence_fit() -> None:
    told = words.sentence("word " * 60, "  ")
    assert max(map(len, told)) <= words.WIDE
    assert all(line.startswith("  ") for line in told[1:])
