"""Files and letters of figures: no two labels share a file, and no letter is a warning."""

from __future__ import annotations

import warnings
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from sim.show import tables
from sim.show.plots import Footer, Sheet, named
from sim.show.plots.style import letters, undrawn

LABELS = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=300)


@given(st.lists(LABELS, unique=True, max_size=8))
def test_every_label_has_a_file_of_its_own_that_a_disk_can_hold(labels: list[str]) -> None:
    names = named([*labels, "73/27", "73-27", "A", "a", "x" * 250])
    assert len({name.casefold() for name in names.values()}) == len(names)
    assert all(len(f"blockers-{name}.png".encode()) < 200 for name in names.values())
    assert not any(set(name) & set("/\\:*?") for name in names.values())


def test_a_label_alone_is_called_as_it_always_was() -> None:
    assert named(["73/27", "L.60"]) == {"73/27": "73-27", "L.60": "L.60"}


def test_letters_that_the_font_lacks_are_boxes_and_told_once(tmp_path: Path) -> None:
    undrawn()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sheet = Sheet("世界 of नमस्ते", "été, Ελλάδα, мир", Footer("s", "", 1, 1, "0"))
        letters(sheet.paper, [(100, 500)], ["界x"], 20)
        sheet.save(tmp_path / "a.png")
        sheet.save(tmp_path / "a.svg")
    said = undrawn()
    assert "世" in said
    assert "é" not in said
    assert undrawn() == ""


def test_no_cell_of_a_table_is_a_formula() -> None:
    text = tables.as_csv({"=a": ["=1+1", "-2.5", "- a", "@x", "plain"], "n": [-1, 2.5, -3, 0, 1]})
    assert text.decode().splitlines() == [
        "'=a,n", "'=1+1,-1", "-2.5,2.5", "'- a,-3", "'@x,0", "plain,1",
    ]  # fmt: skip
