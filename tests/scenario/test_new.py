"""New scenarios: valid as written, and valid again with every example taken up."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from sim.errors import InputError, RunError
from sim.forums.presets import PRESETS
from sim.scenario import load, new, write_new

from .conftest import SMALL, Write


def taken_up(text: str) -> str:
    """The text with the # of every example taken away."""
    return re.sub(r"^#(?!#)", "", text, flags=re.MULTILINE)


@pytest.mark.parametrize("forum", PRESETS)
def test_a_whole_scenario_is_valid_under_every_rule(tmp_path: Path, forum: str) -> None:
    file = write_new("my room", forum=forum, folder=tmp_path)
    there = load(file)
    assert there.forums["room"].rules == forum
    assert 8 <= sum(a.kind == "state" for a in there.actors.values()) <= 10
    assert len(there.drafts) == 1
    assert "REPLACE" in file.read_text()
    file.write_text(taken_up(file.read_text()))
    full = load(file)
    assert full.sections["blocs"]
    assert full.sections["red_lines"]
    assert full.events[0].verbs
    assert full.events[0].changes


def test_a_scenario_from_another_extends_it(write: Write, tmp_path: Path) -> None:
    base = write()
    file = write_new("mine", base=str(base), folder=tmp_path)
    assert load(file).actors == load(base).actors
    assert load(file).title == "A small room, changed"
    file.write_text(taken_up(file.read_text()))
    changed = load(file)
    assert changed.forums["room"].majority == "two_thirds"
    assert changed.parameters
    assert changed.events[0].verbs[0].actor == "USA"


def test_a_small_number_of_the_base_can_be_taken_up(write: Write, tmp_path: Path) -> None:
    text = SMALL.replace("{SOV: 8,", "{SOV: 0.4%,").replace("status_quo: 40", "status_quo: 0.5%")
    file = write_new("mine", base=str(write(text)), folder=tmp_path)
    file.write_text(taken_up(file.read_text()))
    assert load(file).actors["USA"].position["SOV"] == 0.4
    assert load(file).issues["SOV"].status_quo == 0.5


def test_a_shipped_scenario_is_extended_by_name(tmp_path: Path) -> None:
    file = write_new("mine", base="gge-2017", folder=tmp_path)
    assert "extends: gge-2017\n" in file.read_text()
    file.write_text(taken_up(file.read_text()))
    assert load(file).draft("report")


def test_a_scenario_elsewhere_cannot_be_extended(write: Write, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with pytest.raises(InputError, match="its own folder"):
        write_new("mine", base=str(write()), folder=tmp_path / "other")


def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("kept")
    with pytest.raises(InputError, match="is not overwritten"):
        write_new("mine", folder=tmp_path)
    assert [f.name for f in tmp_path.iterdir()] == ["mine.yaml"]
    assert (tmp_path / "mine.yaml").read_text() == "kept"


@pytest.mark.parametrize("name", ["", "../up", "a/b", ".hidden", "a\nb", "a\0b"])
def test_a_name_that_is_no_file_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="not a name for a file"):
        write_new(name, folder=tmp_path)


def test_unknown_rules_and_two_beginnings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        write_new("mine", forum="concensus", folder=tmp_path)
    assert caught.value.mistakes[0].suggestion == "consensus"
    with pytest.raises(InputError, match="not both"):
        write_new("mine", forum="consensus", base="gge-2017", folder=tmp_path)


def test_what_cannot_be_written_is_a_run_error(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="cannot be written"):
        write_new("mine", folder=tmp_path / "nowhere")


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RunError, match="No space left"):
        write_new("mine", folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_system_without_links_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", none)
    assert load(write_new("mine", folder=tmp_path)).drafts
    with pytest.raises(InputError, match="is not overwritten"):
        write_new("mine", folder=tmp_path)
    assert [f.name for f in tmp_path.iterdir()] == ["mine.yaml"]


def test_a_name_is_quoted_only_where_it_must_be() -> None:
    assert new._quoted("73/27") == "73/27"
    assert new._quoted('a "b": c') == '"a \\"b\\": c"'
