"""The log of acts: who did what to whom, in which session, how much of it, and why.

Mechanisms write it as they play, run by run. Of an ensemble it is counted; of one run it is the
story.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]


@dataclass
class Act:
    """The same thing done by some actors, each to its target, in the runs of a chunk."""

    session: int
    mechanism: str
    what: str  # a key of the mechanism's ``acts``
    actor: tuple[int, ...]  # of each; -1: nobody, as of what merely happens
    target: tuple[int, ...]  # of each; -1: nobody in particular
    draft: int  # -1: none
    size: Floats  # (runs, acts), in the unit that the act's meaning says; nan where it is not done
    reason: tuple[str, ...]  # of each


class Told(NamedTuple):
    """An act as results tell it: in how many runs, and how much on average."""

    session: int
    actor: str
    act: str
    target: str
    draft: str
    runs: int
    size: float  # mean over the runs in which it was done
    reason: str


Key = tuple[int, str, int, int, int, str]
UNIT = 2.0**-32


@dataclass
class Tally:
    """Counts the acts of chunks as they come.

    Sizes are added as whole numbers of a tiny `UNIT`, so that the order in which chunks come
    changes no bit of their sum.
    """

    counted: dict[Key, tuple[int, int]] = field(default_factory=dict)  # in how many runs, and size

    def add(self, acts: Iterable[Act]) -> None:
        """Count the acts of one chunk."""
        for act in acts:
            done = ~np.isnan(act.size)
            runs = np.count_nonzero(done, axis=0)
            units = np.rint(np.where(done, act.size, 0.0) / UNIT).astype(np.int64).sum(axis=0)
            for n in np.flatnonzero(runs).tolist():
                whose = act.actor[n], act.target[n]
                key = (act.session, act.what, *whose, act.draft, act.reason[n])
                self._count(key, int(runs[n]), int(units[n]))

    def join(self, other: Tally) -> None:
        """Add what another has counted."""
        for key, (runs, size) in other.counted.items():
            self._count(key, runs, size)

    def _count(self, key: Key, runs: int, size: int) -> None:
        before = self.counted.get(key, (0, 0))
        self.counted[key] = (before[0] + runs, before[1] + size)

    def told(self, actors: Sequence[str], drafts: Sequence[str]) -> list[Told]:
        """Tell them by name, session by session."""
        return [
            Told(
                session,
                actors[actor] if actor >= 0 else "",
                what,
                actors[target] if target >= 0 else "",
                drafts[draft] if draft >= 0 else "",
                runs,
                size * UNIT / runs,
                reason,
            )
            for (session, what, actor, target, draft, reason), (runs, size) in sorted(
                self.counted.items(), key=lambda item: item[0]
            )
        ]


FIELDS = ("run", "session", "act", "actor", "target", "draft", "reason")
LOGGED = 256  # runs whose acts are kept one by one, so that memory stays flat: those numbered below


@dataclass(frozen=True)
class Log:
    """What was done in each of the first runs, act by act: what chronicles and shares are made of.

    Only acts that some mechanism tells are kept, and only where there is a calendar.
    """

    words: tuple[str, ...] = ()  # acts and reasons, which ``entries`` name by their place here
    entries: Ints = field(default_factory=lambda: np.zeros((0, len(FIELDS)), dtype=np.int32))
    size: Floats = field(default_factory=lambda: np.zeros(0))

    @classmethod
    def of(
        cls, acts: Iterable[Act], told: Mapping[str, object], runs: npt.NDArray[np.int64]
    ) -> Log:
        """Keep the acts that are ``told``, of those of ``runs`` that are among the first."""
        first = np.flatnonzero(runs < LOGGED)
        places: dict[str, int] = {}
        entries, sizes = [cls().entries], [cls().size]
        for act in acts if len(first) else ():
            if act.what not in told:
                continue
            size = act.size if len(first) == len(act.size) else act.size[first]
            row, place = np.nonzero(~np.isnan(size))
            if not len(row):
                continue
            found = np.empty((len(row), len(FIELDS)), dtype=np.int32)
            found[:, 0], found[:, 1] = runs[first][row], act.session
            found[:, 2] = places.setdefault(act.what, len(places))
            found[:, 3], found[:, 4] = _each(act.actor, place), _each(act.target, place)
            if _alike(act.reason):
                reasons: int | Ints = places.setdefault(act.reason[0], len(places))
            else:
                every = [places.setdefault(reason, len(places)) for reason in act.reason]
                reasons = np.take(np.array(every, dtype=np.int32), place)
            found[:, 5], found[:, 6] = act.draft, reasons
            entries.append(found)
            sizes.append(size[row, place])
        return cls(tuple(places), np.concatenate(entries), np.concatenate(sizes))

    @classmethod
    def join(cls, parts: Sequence[Log]) -> Log:
        """Put logs together, run by run, however the runs were cut into pieces."""
        words = sorted({word for part in parts for word in part.words})
        place = {word: number for number, word in enumerate(words)}
        entries = [part._renumbered(place) for part in parts]
        every, size = np.concatenate(entries), np.concatenate([part.size for part in parts])
        order = np.argsort(every[:, 0], kind="stable")
        return cls(tuple(words), every[order], size[order])

    def _renumbered(self, place: Mapping[str, int]) -> Ints:
        found = self.entries.copy()
        if len(found):
            new = np.array([place[word] for word in self.words], dtype=np.int32)
            found[:, [2, 6]] = new[found[:, [2, 6]]]
        return found


def _each(values: tuple[int, ...], place: npt.NDArray[np.int64]) -> int | Ints:
    """What those at these places have; one number where all have the same."""
    return values[0] if _alike(values) else np.take(np.array(values, dtype=np.int32), place)


def _alike(values: tuple[object, ...]) -> bool:
    return values.count(values[0]) == len(values)
