"""Figures drawn again from a folder are those that were there, and nothing is played for them."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from sim import play
from sim.core import ensemble
from sim.errors import InputError
from sim.report import dossier
from sim.results import again
from sim.study import branch
from sim.sweep import work
from tests import finished
from tests.small import CONSENSUS, VOTE

KINDS: dict[str, Callable[[Path], Path]] = {
    "a run": lambda place: finished.run(place, figures=True),
    "a room": lambda place: finished.run(place, text=CONSENSUS, figures=True),
    "a run with settings": lambda place: finished.run(place, "USA=absent", figures=True),
    "a comparison": lambda place: finished.compared(
        place, None, "forums.room.rules=two_thirds", figures=True
    ),
    "of a change midway": lambda place: finished.compared(
        place, None, "IND=absent", after=1, figures=True
    ),
    "of two files": lambda place: finished.compared(
        place, VOTE.replace("value: 70", "value: 45"), figures=True
    ),
    "a sweep": lambda place: finished.swept(place, figures=True),
}


HEAVY = ("a comparison", "of two files", "a room")  # marked slow: each is drawn twice
CASES = [pytest.param(k, marks=pytest.mark.slow) if k in HEAVY else k for k in KINDS]


def refuse(*_: Any, **__: Any) -> None:
    raise AssertionError("a run was played")


@pytest.fixture
def idle(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From when it is called on, nothing may be played."""

    def idling() -> None:
        for module in (ensemble, play, work):
            monkeypatch.setattr(module, "play_chunk", refuse)
        monkeypatch.setattr(branch, "branch", refuse)

    return idling


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A folder of a kind, made once, without the scenario that it was made from."""

    @cache
    def drawing(kind: str) -> Path:
        place = tmp_path_factory.mktemp("drawn")
        folder = KINDS[kind](place)
        (place / "small.yaml").unlink()
        return folder

    return drawing


@pytest.fixture
def copied(drawn: Callable[[str], Path], tmp_path: Path) -> Callable[[str], Path]:
    return lambda kind: Path(shutil.copytree(drawn(kind), tmp_path / "copy"))


def figures(folder: Path) -> dict[str, bytes]:
    return {n: data for n, data in finished.files(folder).items() if n.startswith("figures/")}


@pytest.mark.parametrize("kind", CASES)
def test_they_are_those_that_were_there(
    kind: str, copied: Callable[[str], Path], idle: Callable[[], None]
) -> None:
    folder = copied(kind)
    idle()
    before = finished.files(folder)
    assert len(figures(folder)) > 1
    for file in (folder / "figures").iterdir():
        file.unlink()
    files = again.redraw(folder)
    after = finished.files(folder)
    assert after == before
    assert {f.relative_to(folder).as_posix() for f in files} == {
        name for name in figures(folder) if name.endswith(".png")
    }
    dossier.read(folder)


@pytest.mark.parametrize("kind", ["a run", "a sweep"])
def test_svg_takes_the_place_of_png(
    kind: str, copied: Callable[[str], Path], idle: Callable[[], None]
) -> None:
    folder = copied(kind)
    idle()
    before = figures(folder)
    files = again.redraw(folder, ".svg")
    assert {f.suffix for f in files} == {".svg"}
    assert {f.stem for f in files} == {Path(n).stem for n in before if n.endswith(".png")}
    assert not [name for name in figures(folder) if name.endswith(".png")]
    assert all(b"<svg" in file.read_bytes() for file in files)
    first = figures(folder)
    again.redraw(folder, ".svg")
    assert figures(folder) == first
    dossier.read(folder)
    again.redraw(folder)
    assert figures(folder) == before


def test_the_manifest_vouches_for_all_and_says_what_it_said(
    copied: Callable[[str], Path],
) -> None:
    folder = copied("a run")
    before = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    again.redraw(folder, ".svg")
    made = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert made.keys() == before.keys()
    assert {**made, "files": 0} == {**before, "files": 0}
    assert made["files"].keys() == finished.files(folder).keys() - {"manifest.json"}
    for name, digest in made["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest


def test_a_folder_without_figures_gets_them(tmp_path: Path) -> None:
    folder = finished.run(tmp_path)
    assert not (folder / "figures").exists()
    files = again.redraw(folder)
    assert "positions.png" in {file.name for file in files}
    dossier.read(folder)


@pytest.mark.parametrize("name", ["manifest.json", "study.json", "played.npz", "runs.parquet"])
@pytest.mark.parametrize("harm", ["gone", "damaged"])
def test_what_is_missing_is_named_and_the_figures_stay(
    name: str, harm: str, copied: Callable[[str], Path]
) -> None:
    folder = copied("a run")
    if harm == "gone":
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(b'{"half": ')
    before = finished.files(folder)
    with pytest.raises(InputError) as caught:
        again.redraw(folder)
    assert name in str(caught.value)
    assert finished.files(folder) == before


@pytest.mark.parametrize("name", ["results.parquet", "study.json", "votes.parquet"])
def test_so_it_is_of_a_sweep(name: str, copied: Callable[[str], Path]) -> None:
    folder = copied("a sweep")
    (folder / name).write_bytes(b'{"half": ')
    before = figures(folder)
    with pytest.raises(InputError) as caught:
        again.redraw(folder)
    assert name in str(caught.value)
    assert figures(folder) == before


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no folder of finished results"):
        again.redraw(tmp_path)
    assert list(tmp_path.iterdir()) == []
