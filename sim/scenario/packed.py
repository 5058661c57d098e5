"""A scenario with all it was read from in one piece: to be sent, kept, and read again elsewhere.

What is packed is text, as it was read: tables merged, settings applied, and the files that the
scenario names beside it. Reading it again goes through every check, and gives a scenario of the
same digest on any machine that has this version of plenary.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from sim import shipped
from sim.scenario.loading import AND, Loading
from sim.scenario.scenario import Scenario, text_in
from sim.scenario.tables import Table
from sim.scenario.tree import SETTING, Origin, Steps, Tree

TOLD_AFTERWARDS = (
    "record",
    "observed",
    "about",
    "question",
    "sources",
)  # fields that say what happened


@dataclass(frozen=True)
class Packed:
    """A scenario as one piece of JSON: its name, its text, and the files it names, by that name."""

    name: str
    said: str  # JSON: the tree as text, its tables' actors, what basis words mean, its settings
    files: Mapping[str, str]

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all of it."""
        return hashlib.sha256(json.dumps(self.data(), sort_keys=True).encode()).hexdigest()

    def data(self) -> dict[str, Any]:
        """All of it, to be written as JSON."""
        return {"name": self.name, "said": json.loads(self.said), "files": dict(self.files)}

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Packed:
        """Take back what `data` gave."""
        return cls(data["name"], json.dumps(data["said"]), data["files"])


def pack(scenario: Scenario, *, record: bool = True) -> Packed:
    """Pack a scenario; without ``record``, leave out what happened and what tells of it."""
    tree = dict(scenario.origin.value)
    for name in TOLD_AFTERWARDS if not record or _hidden(scenario) else ():
        tree.pop(name, None)
    tree.pop("extends", None)
    tabled = _tabled(scenario)
    tree["actors"] = {key: value for key, value in tree["actors"].items() if key != "from"}
    told = {"tabled": tabled, "bases": scenario.bases, "settings": scenario.settings}
    said = json.dumps({"scenario": tree, **told})
    named = dict(_votes(tree, scenario))
    if scenario.worlds:
        named[tree["worlds"]] = scenario.worlds
    files = {text: text_in(file) for text, file in named.items()}
    return Packed(scenario.name, said, files)


def unpack(packed: Packed, settings: Sequence[str] = (), *, drawn: bool = True) -> Scenario:
    """Read a packed scenario again, with --set texts applied.

    Args:
        packed: as `pack` gave it.
        settings: PATH=VALUE.
        drawn: whether a program made the settings, as it does for a sweep; see `load`.

    Raises:
        InputError: everything wrong with the settings.
    """
    reading = _Unpacking(packed, tuple(settings), drawn)
    before = reading.data["settings"]
    return replace(reading.scenario(), settings=(*before, *settings))


def _hidden(scenario: Scenario) -> bool:
    return bool(scenario.origin.value.get("record")) and not scenario.record


def _tabled(scenario: Scenario) -> list[str]:
    """Actors that a table brought: their seats cannot be taken away, only left."""
    known = scenario.origin.origins
    # Only a table has a cell for the id, whatever ``and`` says besides of the same actor.
    return [actor for actor in scenario.origin.keys(*AND) if (*AND, actor, "id") in known]


def _votes(tree: Mapping[str, Any], scenario: Scenario) -> Iterator[tuple[str, Path]]:
    """Tables of votes that the record names, as written, and where they are."""
    for draft, stages in (tree.get("record") or {}).items():
        for stage, said in stages.items():
            file = scenario.record[draft][stage].votes
            if file:
                yield said["votes"], file


class _Unpacking(Loading):
    def __init__(self, packed: Packed, said: tuple[str, ...], drawn: bool) -> None:
        self.packed = packed
        self.data = json.loads(packed.said)
        super().__init__(Path(f"{packed.name}.yaml"), said, drawn)

    def _refuse_shares(self) -> None:
        if not self.drawn:  # else there is nothing to find, at every point of a sweep
            super()._refuse_shares()

    def _by_hand(self, at: Origin) -> bool:
        """Whether it is a setting: the rest was read before, and holds rows of tables."""
        return at.file == SETTING

    def _gather(self, file: Path, _seen: tuple[Path, ...]) -> Tree:
        return Tree(self.data["scenario"], {(): Origin(file.name)})

    def _tables(self) -> Table:
        rows = self.data["scenario"]["actors"]["and"]
        return Table({a: rows[a] for a in self.data["tabled"] if a in rows}, {}, self.data["bases"])

    def find(self, path: Steps, text: str) -> Path | None:
        """Find a packed file: the shipped one of this name if it says the same, else a copy."""
        if text not in self.packed.files:
            return super().find(path, text)
        said = self.packed.files[text]
        ours = shipped.folder() / text
        if ours.is_file() and text_in(ours) == said:
            return ours
        return _copied(Path(text).name, said)


_folders: dict[str, tempfile.TemporaryDirectory[str]] = {}  # by digest; they go with the process


def _copied(name: str, said: str) -> Path:
    digest = hashlib.sha256(said.encode()).hexdigest()
    if digest not in _folders:
        _folders[digest] = tempfile.TemporaryDirectory(prefix="plenary-")
        (Path(_folders[digest].name) / name).write_text(said, encoding="utf-8")
    return Path(_folders[digest].name) / name
