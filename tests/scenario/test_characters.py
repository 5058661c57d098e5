"""Characters that no table, page or file name can hold, and sizes that cannot be played."""

from __future__ import annotations

import pytest

from sim.errors import InputError
from sim.scenario import load, playable

from .conftest import SMALL, Refused, Write, line_of

CONTROL = ["\\x07", "\\x08", "\\x0b", "\\x00", "\\x7f", "\\x9b"]


@pytest.mark.parametrize("character", CONTROL)
@pytest.mark.parametrize(
    ("old", "new"),
    [("title: A", 'title: "A{} B"\nabout: A'), ("      L.60:", '      "L.60{}":')],
    ids=["a text", "a name"],
)
def test_a_control_character_is_refused_with_its_line(
    refused: Refused, character: str, old: str, new: str
) -> None:
    assert old in SMALL
    text = SMALL.replace(old, new.format(character), 1)
    [mistake] = [m for m in refused(text) if "control character" in m.problem]
    assert f"U+{int(character[2:], 16):04X}" in mistake.problem
    assert mistake.line == line_of(new.format(character).splitlines()[0], text)


@pytest.mark.parametrize("first", "=+-@")
def test_a_name_that_a_spreadsheet_would_run_is_refused(refused: Refused, first: str) -> None:
    text = SMALL.replace("      L.60:", f'      "{first}L.60":', 1)
    assert any("as a formula does" in m.problem for m in refused(text))


def test_a_setting_holds_no_control_character_either(write: Write) -> None:
    with pytest.raises(InputError, match=r"--set title: holds the control character U\+0007"):
        load(write(SMALL), ["title=a\x07b"])


def test_what_cannot_be_played_is_read_and_refused_before_a_run(write: Write) -> None:
    start, end = SMALL.index("    drafts:"), SMALL.index("red_lines:")
    found = load(write(SMALL[:start] + SMALL[end:]))
    with pytest.raises(InputError, match="no forum has a draft"):
        playable.refuse(found)
    without = load(write(SMALL), ["forums.room.weight_share=65"])
    with pytest.raises(InputError, match="needs weights"):
        playable.refuse(without)


@pytest.mark.parametrize(
    ("most", "problem"),
    [("MOST_ACTORS", "1 is the most"), ("MOST_ISSUES", "1 is the most"), ("MOST_STANCES", "1 pos")],
)
def test_limits_of_size_are_said(
    write: Write, monkeypatch: pytest.MonkeyPatch, most: str, problem: str
) -> None:
    monkeypatch.setattr(playable, most, 1)
    with pytest.raises(InputError, match=problem):
        playable.refuse(load(write(SMALL)))


ONE = "resolution,date,topic,iso3,vote\n73/27,2018-12-05,t,USA,N\n"


@pytest.mark.parametrize(
    ("worlds", "votes", "problem"),
    [
        ("draw,band\n-5,0.5\n", ONE, "w.csv:2: draw: is not the number of a draw"),
        ("draw,band\n1e30,0.5\n", ONE, "w.csv:2: draw: is not the number of a draw"),
        ("draw,band\n1,-3\n", ONE, "w.csv:2: band: is out of range"),
        ("draw,noise\n1,1e300\n", ONE, "w.csv:2: noise: is out of range"),
        ('draw,x\n1,"' + "y" * 140_000 + '"\n', ONE, "w.csv:2: has a cell of more than"),
        ("draw\n", ONE, "at least one row"),
        ("draw\n1\n", ONE.replace("USA", "YUG"), "v.csv:2: iso3: is no Member.*YUG is Yugoslavia"),
        ("draw\n1\n", ONE.replace("USA", "EU"), "EU is the European Union, a bloc"),
        ("draw\n1\n", ONE.replace("73/27", "73/28"), "no such recorded vote"),
        ("draw\n1\n", ONE.splitlines()[0] + "\n", "holds no votes"),
    ],
)
def test_tables_that_a_scenario_names_are_read_when_it_is(
    write: Write, worlds: str, votes: str, problem: str
) -> None:
    text = "worlds: w.csv\nrecord: {73/27: {plenary: {votes: v.csv}}}\n" + SMALL
    with pytest.raises(InputError, match=problem):
        load(write(text, w__csv=worlds, v__csv=votes))
