"""What the columns of tables mean: for the codebook, and in the Parquet files themselves."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass

from sim.core.frames import in_formulas
from sim.experiment.outcomes import Declared, of, split
from sim.forums.rules import Decision


@dataclass(frozen=True)
class Meaning:
    """What a column holds; ends are empty where it has none."""

    meaning: str
    unit: str = "text"
    low: str = ""
    high: str = ""
    missing: str = "never"
    title: str = ""  # a short name; without one it is that of the column, in words


Described = Mapping[str, Meaning]  # by column

NOTHING = Meaning("", "", missing="")
RUN = Meaning("number of the run; the same number is the same run for the same seed", "number", "0")
WORLD = Meaning("which joint draw of what is not known it was played in", "number", "0")
POINT = Meaning("id of a setting of all factors; base: the unchanged scenario")
DRAFT = Meaning("label of the draft")
STAGE = Meaning("stage of the forum at which it is decided")
ACTOR = Meaning("id of the delegation; ISO 3166 code of a state")
OUTCOME = Meaning("name of the outcome, as a column of the table of runs")
OF_DECISIONS = {  # shares of runs, of a delegation at a ballot: of which decision, and in words
    "p_in_favour": (Decision.SUPPORT, "was in favour"),
    "p_against": (Decision.OPPOSE, "was against"),
    "p_abstain": (Decision.ABSTAIN, "abstained"),
    "p_absent": (Decision.ABSENT, "did not vote"),
    "p_accept": (Decision.ACCEPT, "accepted in silence"),
    "p_dissociate": (Decision.DISSOCIATE, "joined consensus and reserved"),
    "p_block": (Decision.BLOCK, "blocked consensus"),
}
CHANCES = {name: decision for name, (decision, _) in OF_DECISIONS.items()}
OF_BALLOTS: Described = {
    "draft": DRAFT,
    "stage": STAGE,
    "actor": ACTOR,
    **{
        name: Meaning(f"share of runs in which it {did}", "share", "0", "1")
        for name, (_, did) in OF_DECISIONS.items()
    },
}
OF_RUNS: Described = {"point": POINT, "run": RUN, "world": WORLD}
KEYS: Described = {  # what an outcome is, and is about, in tidy tables
    "draft": Meaning("label of the draft that the outcome is about", missing="about none"),
    "stage": Meaning("stage that the outcome is about", missing="about none"),
    "clause": Meaning("label of the clause that the outcome is about", missing="about none"),
    "issue": Meaning("code of the issue that the outcome is about", missing="about none"),
    "actor": Meaning("id of the actor that the outcome is about", missing="about none"),
    "session": Meaning("session that the outcome is about, by the calendar", missing="about none"),
    "event": Meaning("event that the outcome is about", missing="about none"),
    "name": Meaning("what a section names that the outcome is about", missing="about none"),
    "unit": Meaning("unit of the outcome; of what is so or not so, share of runs: 0 or 1 in a run"),
}
TIDY: Described = {
    **OF_RUNS,
    "outcome": Meaning("name of the outcome, without what it is about"),
    **KEYS,
    "value": Meaning("the outcome in this run", "as unit says", missing="not defined in the run"),
}


OF_PAIRS: Described = {
    "actor": ACTOR,
    "other": Meaning("id of another delegation"),
    "runs": Meaning("runs in which both are in one coalition at the end", "runs", "0"),
    "share": Meaning("the same as a share of all runs", "share", "0", "1"),
}


def of_outcome(found: Declared) -> Meaning:
    """Say what a column of an outcome holds."""
    ends = ("" if bound is None else f"{bound:g}" for bound in (found.low, found.high))
    unit = "true or false" if found.kind.truth else found.unit  # as cells of single runs are
    return Meaning(
        found.meaning, unit, next(ends), next(ends), found.missing or "never", found.title
    )


def of_factor(path: str) -> Meaning:
    """Say what a column of a factor holds."""
    said = f"level of the factor {path}; unchanged: as the scenario has it"
    return Meaning(said, "as --set takes it", missing="as the scenario has it, which is no level")


def described(
    columns: Iterable[str],
    fixed: Described = OF_RUNS,
    outcomes: Mapping[str, Declared] | None = None,
    factors: Collection[str] = (),
) -> dict[str, Meaning]:
    """Say of every column of a table what it means; nothing of one that nobody declared.

    Args:
        columns: their names.
        fixed: those that every table of its kind has.
        outcomes: what is declared of the columns that are outcomes.
        factors: paths, of the columns that are levels of factors, by them or as in formulas.
    """
    known = outcomes or {}
    paths = {name: path for path, name in in_formulas(factors).items()}
    paths |= {path: path for path in factors}

    def one(column: str) -> Meaning:
        if column in fixed:
            return fixed[column]
        if column in paths:
            return of_factor(paths[column])
        if column in known or split(column)[0] in known:
            return of_outcome(known.get(column) or of(column, known))
        return NOTHING

    return {column: one(column) for column in columns}


def metadata(about: Described) -> dict[str, dict[str, str]]:
    """What Parquet files say of each column: title, meaning, unit, ends, name in formulas."""
    formulas = in_formulas(about)
    return {
        column: {
            name: text
            for name, text in (
                {**asdict(of), "title": of.title or column.replace("_", " ")}
                | {"formula": formulas[column]}
            ).items()
            if text
        }
        for column, of in about.items()
    }
