"""What an outcome is, said once: its name, title, unit, range, and its value if nothing happened.

Tables, codebook, sweeps, figures, glossary and pages read this. An outcome is *over* what it has
one value for: a ballot (draft and stage), a clause, a draft, an issue, an actor, a session, an
event that may happen, or the whole run. Its columns are named by what they are about:

    DRAFT.STAGE.NAME   DRAFT.CLAUSE.NAME   DRAFT.NAME   NAME.ISSUE   NAME.ACTOR   NAME
    NAME.SESSION   NAME.EVENT
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

WORDS = "words"  # the unit of what has no mean
SCALE = "0-100"  # the unit of what is on an issue's scale: 0-1 inside, 0-100 in files
PERCENT = "%"  # the unit of a share of something: 0-1 inside, 0-100 in files
FULL = 100.0
DIGITS = 6  # after the point, in files
TRUTH = "share of runs"  # the unit of what is so or not so in a run: its mean is this share


class Over(Enum):
    """What an outcome has one value for; the words are the parts of its column before its name."""

    BALLOT = ("draft", "stage")
    CLAUSE = ("draft", "clause")
    DRAFT = ("draft",)
    ISSUE = ("issue",)
    ACTOR = ("actor",)
    NAMED = ("name",)  # what a section of the scenario names, such as clubs
    SESSION = ("session",)
    EVENT = ("event",)
    RUN = ()

    @property
    def of_draft(self) -> bool:
        """Whether it is about a draft, whose label then stands first."""
        return bool(self.value[:1] == ("draft",))


# All that an outcome may be about, by the words above: draft, stage, clause, issue, actor ...
KEYS = tuple(dict.fromkeys(word for over in Over for word in over.value))


@dataclass(frozen=True)
class Outcome:
    """One kind of outcome.

    ``title`` and ``meaning`` may hold {draft}, {stage}, {clause}, {issue}, {actor}, {name},
    {session} and {event}. The title
    fits into a sentence: of a truth it is one ("73/27 is adopted"), of whole numbers it is plural
    ("votes in favour of 73/27"), of all else singular. ``low`` and
    ``high`` are the ends of its range in files, None where there is none; with ``members``, the
    draft's forum says how many there can be. ``when_none`` is its value in a run in which nothing
    of the kind happened, None where it is then missing; ``missing`` says in words when it is.
    """

    name: str
    title: str
    meaning: str
    unit: str
    over: Over = Over.RUN
    low: float | None = None
    high: float | None = None
    when_none: float | None = None
    missing: str = ""
    otherwise: str = ""  # what it is in a run in which nothing is adopted, in words
    whole: bool = False
    members: bool = False
    words: tuple[str, ...] = ()  # of an outcome in words: what each code says

    @property
    def scaled(self) -> bool:
        """Whether it is on 0-1 inside and on 0-100 in files."""
        return self.unit in (SCALE, PERCENT)

    @property
    def said_unit(self) -> str:
        """Its unit as a sentence says it after a number: nothing of what is on an issue's scale."""
        return {SCALE: "", PERCENT: PERCENT}.get(self.unit, f" {self.unit}")

    @property
    def truth(self) -> bool:
        """Whether it is so or not so in a run."""
        return self.unit == TRUTH

    @property
    def short(self) -> str:
        """Its name in words, for the head of a column: "in favour"."""
        return self.name.replace("_", " ")

    def column(self, *keys: str) -> str:
        """Name its column for what it is about: labels in the order of `Over`."""
        return ".".join((*keys, self.name) if self.over.of_draft else (self.name, *keys))

    def keys(self, column: str, drafts: Iterable[str]) -> dict[str, str]:
        """Say what its column is about: by the words of `Over`; labels of drafts may hold dots."""
        if not self.over.of_draft:
            return dict.fromkeys(self.over.value, column.removeprefix(f"{self.name}."))
        rest = column.removesuffix(self.name)
        draft = max((d for d in drafts if rest.startswith(f"{d}.")), key=len, default="")
        return dict(zip(self.over.value, (draft, rest[len(draft) + 1 : -1]), strict=False))

    def amounts(self, values: Floats) -> Floats:
        """Its values in the unit of files: (runs,)."""
        return np.round(values * FULL, DIGITS) if self.scaled else values
