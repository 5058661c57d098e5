"""What can go wrong, in two kinds: the input is wrong (exit 2), or the run failed (exit 1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Mistake:
    """One thing wrong in an input: where it is, what it says, and what would be right."""

    problem: str
    file: str = ""
    line: int | None = None
    field: str = ""
    value: str = ""
    allowed: str = ""
    suggestion: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        said = f" (it says {self.value!r})" if self.value else ""
        right = f"; allowed: {self.allowed}" if self.allowed else ""
        near = f"; did you mean {self.suggestion!r}?" if self.suggestion else ""
        return (
            ": ".join(p for p in (place, self.field) if p) + f": {self.problem}{said}{right}{near}"
        )


class PlenaryError(Exception):
    """Anything a user should read as a sentence, never as a traceback."""

    exit_code = 1


class InputError(PlenaryError):
    """The input is wrong; every mistake found is listed, not only the first."""

    exit_code = 2

    def __init__(self, mistakes: Iterable[Mistake] | Mistake | str) -> None:
        if isinstance(mistakes, str):
            mistakes = Mistake(mistakes)
        if isinstance(mistakes, Mistake):
            mistakes = (mistakes,)
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(m).removeprefix(": ") for m in self.mistakes))


class RunError(PlenaryError):
    """The input was right, but the work could not be done (disk full, no permission)."""


class Interrupted(PlenaryError):  # noqa: N818  nothing went wrong
    """The user stopped it; the message says what is kept and how to go on."""

    exit_code = 130
