"""Patterns of the public record: how they are judged, and the page that lists all of them."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from sim import shipped


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(shipped.folder("experiments"))
    import patterns_found

    return patterns_found


@pytest.fixture
def patterns(found: ModuleType) -> ModuleType:
    import patterns

    return patterns


def test_a_number_holds_in_the_range_of_nine_runs_in_ten(found: ModuleType) -> None:
    values = np.arange(101.0)
    for real, holds in ((5, True), (95, True), (4.9, False), (95.1, False)):
        assert found.number("", real, values).holds == holds
    one = found.number("", 50, np.append(values, np.nan))
    assert (one.median, one.low, one.high) == (50, 5, 95)
    assert not found.number("", 50, np.full(4, np.nan)).holds
    assert found.between("", (95, 99), values).holds
    assert not found.between("", (96, 99), values).holds


def test_what_happened_holds_if_it_does_in_most_runs(found: ModuleType) -> None:
    for real, share, holds in ((True, 0.51, True), (True, 0.5, False), (False, 0.2, True)):
        assert found.happened("", real, share).holds == holds


@pytest.mark.parametrize(
    ("good", "bad", "holds"),
    [(1, 0, True), (3, 1, False), (4, 1, True), (13, 1, True), (12, 2, False), (13, 2, True)],
)
def test_a_pattern_misses_no_more_than_a_right_range(
    found: ModuleType, good: int, bad: int, holds: bool
) -> None:
    one = [found.number("", real, np.arange(3.0)) for real in [1] * good + [9] * bad]
    assert found.holds(one) == holds


def test_a_pattern_is_judged_by_what_nothing_was_fitted_on(found: ModuleType) -> None:
    values = np.arange(3.0)
    fitted = [found.number("", 9, values, "yes: all of it")] * 5
    assert not found.holds(fitted)
    assert found.holds([*fitted, found.number("", 1, values, "no: from before")])
    assert not found.holds([])


def test_there_are_24_and_each_names_its_scenarios(patterns: ModuleType) -> None:
    every = patterns.patterns()
    assert [one.number for one in every] == list(range(1, 25))
    for one in every:
        named = [name for name in shipped.scenarios() if name in one.where]
        assert named or one.needs, one.where
        assert one.source


def test_what_is_not_at_hand_is_said(patterns: ModuleType, found: ModuleType) -> None:
    one = found.Pattern(24, "who signs", "a table", "a scenario: x", lambda: iter(()), needs="DIR")
    [row] = patterns.summary({one: []})[2:]
    assert "needs DIR" in row
    assert "not played" in row
    [said] = patterns.count({one: []})
    assert said.endswith("1 were not played.")


def test_a_failure_that_nobody_explains_is_asked_about(
    patterns: ModuleType, found: ModuleType
) -> None:
    one = found.Pattern(99, "x", "y", "z", lambda: iter(()))
    [row] = patterns.summary({one: [found.number("far off", 9, np.arange(3.0))]})[2:]
    assert row == (
        "| 99 | x | far off: 9 (y) | 1, 0.1 to 1.9 | no | no: **Not explained: say why.** |"
    )


def test_one_small_pattern_from_end_to_end(
    patterns: ModuleType,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """Played alone, kept, and there again when another is played."""
    import patterns_world

    kept = ["--kept", str(tmp_path / "kept.json")]
    monkeypatch.setattr(patterns_world, "CALENDAR", 8)
    patterns.main(["--only", "15", *kept])
    first = capsys.readouterr().out
    assert "| 15 | offices, 2018-H2 | 26 |" in first
    patterns.main(["--only", "16", *kept])
    both = capsys.readouterr().out
    assert "| 16 | laws that do, 2021 | 144 |" in both
    assert [line for line in first.splitlines() if line.startswith("| 15 ")] == [
        line for line in both.splitlines() if line.startswith("| 15 ")
    ]


def test_the_page_has_them_all_and_explains_every_failure(patterns: ModuleType) -> None:
    page = Path(shipped.folder("experiments")).parent / "docs" / "discussion" / "patterns.md"
    if not page.is_file():
        pytest.skip("the documents are not installed with the package")
    text = page.read_text(encoding="utf-8")
    assert patterns.NOT_SAID not in text
    for one in patterns.patterns():
        assert f"| {one.number} | {one.title} |" in text
