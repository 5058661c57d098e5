"""Which way each lever moves a shipped scenario, in nine of ten worlds that it moves at all.

The table of levers is that of experiments/signs.py, which makes the one of
docs/discussion/negotiation.md too. Runs are paired, one of each world, and seeds are fixed, so
that a test passes or fails for good; only a change of the model draws other luck. Where 98% of the
moved worlds have the right sign, such a change raises a false alarm by luck alone in .7% of cases
with 20 moved worlds, 2% with 10, and less than .2% with 40 or more. Over 100 worlds or more all
levers had 98%, but for access closed (96%: 1% with its 60 worlds) and more sessions (96%: 8% with
its 26). The two signs that the model does not have are right in 80% of worlds, and pass for signs
in 1% of cases or less.
"""

from __future__ import annotations

from typing import Any

import pytest

from sim import shipped

with pytest.MonkeyPatch.context() as patch:
    patch.syspath_prepend(shipped.folder("experiments"))
    import signs


def cases() -> list[Any]:
    """A case a lever; one whose sign the model does not have must fail, for the reason it gives."""
    fails = pytest.mark.xfail
    return [
        pytest.param(
            lever,
            id=lever.name,
            marks=[fails(strict=True, raises=AssertionError, reason=lever.unless)]
            if lever.unless
            else [],
        )
        for lever in signs.LEVERS
    ]


@pytest.mark.parametrize("lever", cases())
def test_its_sign_holds_in_nine_of_ten_worlds_that_it_moves(lever: signs.Lever) -> None:
    found = signs.pull(lever)
    if found.moved < lever.moves:  # no assertion: nothing may excuse a lever that does nothing
        pytest.fail(f"it moves anything in {found.moved:.0%} of worlds", pytrace=False)
    assert found.holds >= signs.MOST


def test_who_moves_nothing_has_no_sign() -> None:
    lever = signs.LEVERS[0]
    idle = signs.Lever(lever.name, lever.scenario, (), lever.outcome, lever.sign)
    found = signs.pull(idle, 2)
    assert (found.right, found.wrong) == (0.0, 0.0)
    assert not found.holds >= signs.MOST


def test_each_lever_is_told_once_in_the_page() -> None:
    page = shipped.folder("experiments").parent / "docs" / "discussion" / "negotiation.md"
    if not page.is_file():
        pytest.skip("the documents are not installed with the package")
    text = page.read_text(encoding="utf-8")
    assert [text.count(f"\n| {lever.name} |") for lever in signs.LEVERS] == [1] * len(signs.LEVERS)
