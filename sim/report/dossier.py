"""All that a report says, read from the files of a finished folder and checked against them."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.core.registry import OUTCOMES
from sim.disk import digest
from sim.errors import InputError, Mistake, RunError
from sim.report import findings
from sim.report.findings import FORMAT
from sim.report.parts import Findings
from sim.staging import MANIFEST, SUMMARY, refuse_others

STUDY = "study.json"  # what a sweep writes first
FIGURES = "figures"
VERSIONS = ("plenary", "python", "numpy", "scipy", "machine")
LEADS = f"{FIGURES}/timeline."
DATA_OF = {
    "timeline": "runs.csv",
    "board": "votes.csv",
    "blockers": "votes.csv",
    "text": "clauses.csv",
}


@dataclass(frozen=True)
class Picture:
    """A figure: what it shows, its file and that of its data ("" if none), below the folder."""

    title: str
    about: str
    file: str
    data: str


@dataclass(frozen=True)
class Dossier(Findings):
    """A finished folder as a report tells it: its findings, and what else is in it."""

    figures: tuple[Picture, ...]
    versions: tuple[tuple[str, str], ...]
    command: str
    digests: tuple[tuple[str, str], ...]  # of the scenario, the code and every file
    folder: Path

    def read(self, name: str) -> bytes:
        """The bytes of one of its files."""
        return (self.folder / name).read_bytes()


def read(folder: Path) -> Dossier:
    """Read a finished folder.

    Raises:
        InputError: it is none, or a file is missing, damaged or was changed since.
        RunError: it is that of a sweep that has not finished.
    """
    made = _manifest(folder)
    refuse_others(folder, made)
    _unchanged(folder, made)
    found = _findings(folder, made)
    return Dossier(
        **{name: getattr(found, name) for name in Findings.__dataclass_fields__},
        figures=tuple(_figures(folder, made["files"])),
        versions=tuple((name, str(made[name])) for name in VERSIONS if name in made),
        command=shlex.join(["plenary", *map(str, made.get("command", ()))]),
        digests=tuple(_digests(made)),
        folder=folder,
    )


# What is there, and whole


def _manifest(folder: Path) -> dict[str, Any]:
    if not folder.is_dir():
        raise InputError(Mistake("there is no such folder", str(folder)))
    if not (folder / MANIFEST).is_file():
        raise _unfinished(folder)
    made = _json(folder / MANIFEST)
    files = made.get("files")
    if not isinstance(files, dict) or not all(isinstance(d, str) for d in files.values()):
        raise _damaged(folder / MANIFEST)
    return made


def _unfinished(folder: Path) -> InputError | RunError:
    if not (folder / STUDY).is_file():
        problem = "this is no folder of finished results: there is no manifest.json in it"
        return InputError(Mistake(problem, str(folder)))
    return RunError(
        f"the sweep in {folder} has not finished, so there is nothing to report yet;"
        " give the same plenary sweep command again, and it goes on where it stopped"
    )


def _json(file: Path) -> dict[str, Any]:
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise _damaged(file) from error
    if not isinstance(said, dict):
        raise _damaged(file)
    return said


def _damaged(file: Path) -> InputError:
    return InputError(
        Mistake(f"cannot be read, so it is not as it was written; {AGAIN}", str(file))
    )


AGAIN = "make the results again, or take the file from a copy"


def _unchanged(folder: Path, made: Mapping[str, Any]) -> None:
    """Refuse files that are missing or are not what was written: a report vouches for them."""
    mistakes = []
    for name, said in sorted(made["files"].items()):
        file = folder / name
        if not file.resolve().is_relative_to(folder.resolve()) or not file.is_file():
            mistakes.append(Mistake(f"is missing; {AGAIN}", str(file)))
        elif digest(file) != said:
            mistakes.append(Mistake(f"was changed after it was written; {AGAIN}", str(file)))
    if mistakes:
        raise InputError(mistakes)


def _findings(folder: Path, made: Mapping[str, Any]) -> Findings:
    from pydantic import ValidationError

    if SUMMARY not in made["files"]:
        problem = "was not written with these results, by an earlier version; run them again"
        raise InputError(Mistake(problem, str(folder / SUMMARY)))
    said = _json(folder / SUMMARY)
    if said.get("format") != FORMAT:
        problem = "is of another version of plenary; run the results again with this one"
        raise InputError(Mistake(problem, str(folder / SUMMARY)))
    try:
        return findings.read(said)
    except ValidationError as error:
        raise _damaged(folder / SUMMARY) from error


# Figures and digests


def _figures(folder: Path, files: Mapping[str, str]) -> Iterator[Picture]:
    for name in sorted(files, key=lambda name: (not name.startswith(LEADS), name)):
        if name.startswith(f"{FIGURES}/") and name.endswith(".png"):
            title, about = _said_by(folder / name)
            yield Picture(title, about, name, _data_of(name, files))


def _said_by(file: Path) -> tuple[str, str]:
    """The title a figure carries in its file, and the line below it."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(file) as image:
            said = dict(image.info)
    except (UnidentifiedImageError, OSError) as error:
        raise _damaged(file) from error
    named = file.stem.replace("-", " ").replace("_", " ")
    return str(said.get("Title", named)), str(said.get("Description", ""))


def _data_of(name: str, files: Mapping[str, str]) -> str:
    beside = name.removesuffix(".png") + ".csv"
    kind = Path(name).stem.partition("-")[0]
    # Mechanisms draw their outcomes, which stand in the table of runs.
    usual = DATA_OF.get(kind, "runs.csv" if kind in OUTCOMES else "")
    return next((data for data in (beside, usual) if data in files), "")


def _digests(made: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    scenario = made.get("scenario")
    if isinstance(scenario, dict) and "digest" in scenario:
        yield "the scenario", str(scenario["digest"])
    if "code" in made:
        yield "the program", str(made["code"])
    yield from sorted(made["files"].items())
