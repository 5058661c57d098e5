"""The digest of the code that plays: which changes are seen in it, and which make no other run."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim
from sim.study import provenance
from sim.study.provenance import SHOWS, code_digest

SOURCES = Path(sim.__file__).parent
FILES = sorted(file.relative_to(SOURCES) for file in SOURCES.rglob("*.py"))
ROOMS = {file.parts[0]: file for file in FILES}  # with a file of each


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program with a source file in each room, of a line, as what is running."""
    for file in ROOMS.values():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text("x = 1\n")
    monkeypatch.setattr(sim, "__file__", str(tmp_path / "__init__.py"))
    monkeypatch.setattr(provenance, "patched", lambda: ())
    return tmp_path


def test_a_change_in_any_room_changes_the_digest(copied: Path) -> None:
    """That of what plays too, but for rooms that play nothing."""
    whole, plays = code_digest(), code_digest(without=SHOWS)
    for room, name in ROOMS.items():
        file = copied / name
        file.write_text("x = 2\n")
        assert code_digest() != whole, room
        assert (code_digest(without=SHOWS) == plays) == (room in SHOWS), room
        file.write_text("x = 1\n")
    assert (code_digest(), code_digest(without=SHOWS)) == (whole, plays)


def test_a_file_of_another_name_is_other_code(copied: Path) -> None:
    before = code_digest()
    (copied / "near.py").rename(copied / "nearer.py")
    assert code_digest() != before


def test_rooms_that_play_nothing_are_there() -> None:
    """A room that is renamed would count as one that plays."""
    assert set(SHOWS) - set(ROOMS) <= {"web"}
