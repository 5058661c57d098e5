"""Results made again: the same bits from the folder alone, and what differs is named."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sim.results import again
from sim.results.again import Verdict

from sim.errors import InputError
from sim.study.provenance import code_digest, versions
from sim.runner.executors import processes
from tests import finished
from tests.small import CONSENSUS, VOTE

OTHER = VOTE.replace("value: 70", "value: 45")
KINDS: dict[str, Callable[[Path], Path]] = {
    "a run": finished.run,
    "a room": lambda place: finished.run(place, text=CONSENSUS),
    "a run with settings": lambda place: finished.run(place, "USA=absent", "seed=11"),
    "a comparison": lambda place: finished.compared(place, None, "USA=absent"),
    "of two files": lambda place: finished.compared(place, OTHER),
    "of a file and a changed one": lambda place: finished.compared(place, OTHER, "IND=absent"),
    "of a changed rule": lambda place: finished.compared(
        place, None, "forums.room.rules=two_thirds"
    ),
    "of a change midway": lambda place: finished.compared(place, None, "IND=absent", after=1),
    "a sweep": finished.swept,
}


def verified(folder: Path) -> Verdict:
    return again.verify(folder, processes(1))


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run's folder, whose scenario is gone; tests that change it take a copy."""
    place = tmp_path_factory.mktemp("ran")
    folder = finished.run(place)
    (place / "small.yaml").unlink()
    return folder


@pytest.fixture
def copy(ran: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(ran, tmp_path / "copy"))


# Made again


@pytest.mark.parametrize("kind", KINDS)
def test_all_is_made_again_from_the_folder_alone(kind: str, tmp_path: Path) -> None:
    folder = KINDS[kind](tmp_path)
    for file in tmp_path.iterdir():
        if file.is_file():
            file.unlink()
    before = finished.files(folder)
    verdict = verified(folder)
    assert verdict == Verdict(len(before) - 2, (), (), ())  # its inputs and its manifest aside
    assert verdict.same
    assert finished.files(folder) == before


@pytest.mark.parametrize("kind", ["a run with settings", "of two files", "a sweep"])
def test_a_whole_folder_is_written(kind: str, tmp_path: Path) -> None:
    folder = KINDS[kind](tmp_path / "first")
    again.rerun(folder, tmp_path / "again", processes(1))
    before, after = finished.files(folder), finished.files(tmp_path / "again")
    made, now = (json.loads(files.pop("manifest.json")) for files in (before, after))
    assert after == before
    if kind != "a sweep":  # its file need not be there any more
        assert now["scenario"].pop("file") == Path(made["scenario"].pop("file")).name
    assert now == made


def test_made_again_a_folder_can_be_made_again(ran: Path, tmp_path: Path) -> None:
    again.rerun(ran, tmp_path / "again", processes(1))
    shutil.copytree(tmp_path / "again", tmp_path / "moved")
    assert verified(tmp_path / "moved").same


def test_figures_are_made_again_where_there_were_some(tmp_path: Path) -> None:
    folder = finished.run(tmp_path, figures=True)
    assert verified(folder) == Verdict(len(finished.files(folder)) - 2, (), (), ())
    picture = next((folder / "figures").glob("*.png"))
    picture.write_bytes(picture.read_bytes() + b" ")
    verdict = verified(folder)
    assert verdict.same
    assert verdict.drawn_otherwise == (f"figures/{picture.name}",)


def test_a_hidden_record_is_not_kept_and_not_needed(tmp_path: Path) -> None:
    told = VOTE.replace("seed: 7", "seed: 7\nabout: It carried by one vote\nquestion: Who won?")
    folder = finished.run(tmp_path, text=told, hide=True)
    kept = json.loads((folder / "study.json").read_text(encoding="utf-8"))
    scenario = kept["base"]["said"]["scenario"]
    assert not scenario.keys() & {"record", "about", "question", "sources"}
    assert kept["base"]["files"] == {}
    every = b"".join(finished.files(folder).values())
    assert b"carried by one vote" not in every
    assert b"votes.csv,recorded" in every
    assert verified(folder).same
    with (folder / "votes.csv").open(encoding="utf-8") as lines:
        assert {row["recorded"] for row in csv.DictReader(lines)} == {""}


# What differs


def test_a_changed_cell_is_named_with_its_place(copy: Path) -> None:
    lines = (copy / "runs.csv").read_text(encoding="utf-8").splitlines()
    cells = lines[3].split(",")
    old, cells[1] = cells[1], "99"
    (copy / "runs.csv").write_text("\n".join([*lines[:3], ",".join(cells), *lines[4:]]) + "\n")
    verdict = verified(copy)
    assert not verdict.same
    assert verdict.differing == (f"runs.csv:4: column 2 is '99', and made again {old!r}",)


def test_so_are_rows_too_many_and_too_few(copy: Path) -> None:
    lines = (copy / "runs.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (copy / "runs.csv").write_text("".join(lines[:-1]), encoding="utf-8")
    (said,) = verified(copy).differing
    assert said.startswith(f"runs.csv:{len(lines)}: column 1 is 'nothing', and made again ")
    (copy / "runs.csv").write_text("".join([*lines, "7,8\n"]), encoding="utf-8")
    (said,) = verified(copy).differing
    assert said == f"runs.csv:{len(lines) + 1}: column 1 is '7', and made again 'nothing'"


def test_other_files_differ_as_a_whole(copy: Path) -> None:
    (copy / "methods.md").write_text("We asked a crystal ball.", encoding="utf-8")
    (copy / "runs.csv").write_bytes((copy / "runs.csv").read_bytes().replace(b"\n", b"\r\n"))
    assert verified(copy).differing == ("methods.md: differs", "runs.csv: differs")


@pytest.mark.parametrize("data", [b"\xff\xfe\x00\x01", b'"' + b"x" * 200_000])
def test_a_table_that_is_none_any_more_differs(copy: Path, data: bytes) -> None:
    (copy / "votes.csv").write_bytes(data)
    (said,) = verified(copy).differing
    assert said.startswith("votes.csv:")


def test_a_file_that_is_gone_or_was_never_ours_is_said(copy: Path) -> None:
    (copy / "clauses.csv").unlink()
    made = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    made["files"]["extra.csv"] = "0" * 64
    (copy / "extra.csv").write_text("a\n", encoding="utf-8")
    (copy / "manifest.json").write_text(json.dumps(made), encoding="utf-8")
    assert verified(copy).differing == (
        "clauses.csv: is not there any more",
        "extra.csv: is not made any more",
    )


def test_what_it_was_made_with_is_compared(ran: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = code_digest()
    monkeypatch.setattr(again, "versions", lambda: {**versions(), "numpy": "9.9"})
    monkeypatch.setattr(again, "code_digest", lambda: before[::-1])
    said = verified(ran).made_with
    assert said == (
        f"numpy {versions()['numpy']} then, 9.9 now",
        "the code that plays was changed since",
    )


# What cannot be made again


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(InputError, match="no folder of finished results") as caught:
            verified(folder)
        assert len(caught.value.mistakes) == 1
        assert caught.value.mistakes[0].file == str(folder)


def drop(name: str) -> Callable[[Path], None]:
    """Take one thing out of a file of data."""

    def dropping(file: Path) -> None:
        said = json.loads(file.read_text(encoding="utf-8"))
        del said[name]
        file.write_text(json.dumps(said), encoding="utf-8")

    return dropping


def said(**fields: Any) -> Callable[[Path], None]:
    """Say something else in a file of data."""

    def saying(file: Path) -> None:
        before = json.loads(file.read_text(encoding="utf-8"))
        file.write_text(json.dumps({**before, **fields}), encoding="utf-8")

    return saying


def wrote(text: str) -> Callable[[Path], None]:
    """Write something else in place of a file."""
    return lambda file: file.write_bytes(text.encode("latin-1"))


DAMAGES: dict[str, Callable[[Path], None]] = {
    "empty": wrote(""),
    "half": wrote('{"files": {'),
    "a list": wrote("[]"),
    "bytes": wrote("\xff\xfe"),
}
OF_RUNS: dict[str, tuple[str, Callable[[Path], None]]] = {
    **{f"manifest: {name}": ("manifest.json", harm) for name, harm in DAMAGES.items()},
    "manifest: files": ("manifest.json", said(files=["runs.csv"])),
    "manifest: command": ("manifest.json", drop("command")),
    **{f"inputs: {name}": ("study.json", harm) for name, harm in DAMAGES.items()},
    "inputs: gone": ("study.json", Path.unlink),
    **{
        f"inputs: no {name}": ("study.json", drop(name))
        for name in ("base", "kind", "settings", "runs", "source")
    },
    "inputs: runs": ("study.json", said(runs="many")),
    "inputs: nothing packed": ("study.json", said(base=3)),
    "inputs: no scenario": ("study.json", said(base={"name": "x", "said": {}, "files": {}})),
    "inputs: settings": ("study.json", said(settings=["USA=leaves"])),
}


def refused(folder: Path, name: str) -> None:
    """One mistake in one file, said without a traceback."""
    with pytest.raises(InputError) as caught:
        verified(folder)
    (mistake,) = caught.value.mistakes
    assert mistake.problem
    assert name in str(mistake) or "USA" in str(mistake)


@pytest.mark.parametrize("case", OF_RUNS)
def test_what_a_run_was_made_from_is_damaged(case: str, copy: Path) -> None:
    name, harm = OF_RUNS[case]
    harm(copy / name)
    refused(copy, name)


@pytest.fixture(scope="module")
def sweep(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return finished.swept(tmp_path_factory.mktemp("swept"))


OF_SWEEPS: dict[str, Callable[[Path], None]] = {
    **DAMAGES,
    **{
        f"no {name}": drop(name)
        for name in ("scenario", "experiment", "points", "outcomes", "names", "facts")
    },
    "points": said(points=[{"level": {}}]),
    "experiment": said(experiment={"name": "x"}),
    "scenario": said(scenario={"name": "x", "said": {}, "files": {}}),
    "facts": said(facts=3),
}


@pytest.mark.parametrize("case", OF_SWEEPS)
def test_what_a_sweep_was_made_from_is_damaged(case: str, sweep: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(sweep, tmp_path / "copy"))
    OF_SWEEPS[case](folder / "study.json")
    refused(folder, "study.json")


def test_nothing_is_left_where_it_cannot_be_made_again(copy: Path, tmp_path: Path) -> None:
    (copy / "study.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InputError):
        again.rerun(copy, tmp_path / "again", processes(1))
    assert not (tmp_path / "again").exists()
