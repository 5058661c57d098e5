"""A figure of a study: a sheet, the numbers it shows, and a name for its files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256

from sim.show.plots.study.read import Table
from sim.show.plots.style import Footer, Sheet
from sim.study.findings import Study

LONGEST = 100  # bytes of a file's name, before its suffix


@dataclass(frozen=True)
class Figure:
    """One figure, not yet in a file."""

    name: str  # of its files, without suffix
    kind: str
    sheet: Sheet
    data: Table

    @property
    def title(self) -> str:
        """What it finds."""
        return self.sheet.title


def footer(study: Study) -> Footer:
    """Say where a study's figures come from."""
    facts = study.facts
    fixed = study.experiment.fixed
    return Footer(facts.scenario, facts.data, study.runs, facts.seed, facts.version, fixed)


def name(kind: str, *parts: str) -> str:
    """Make a file's name of what a figure shows; one that is too long ends in a digest."""
    whole = "-".join(part for part in (kind, *parts) if part)
    safe = re.sub(r"-{2,}", "-", "".join(c if c.isalnum() or c in "._" else "-" for c in whole))
    if len(safe.encode()) <= LONGEST:
        return safe
    short = safe.encode()[: LONGEST - 9].decode(errors="ignore")
    return f"{short}-{sha256(whole.encode()).hexdigest()[:8]}"
