"""Fill the parts of these pages that the code knows better: `PYTHONPATH=. python docs/make.py`.

Such a part stands between `<!-- made: NAME WORDS -->` and `<!-- end -->`; NAME is a function of
this file and WORDS are what it is given. A test fails when a page is not what this makes of it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from sim import experiment
from sim.core import agenda as session
from sim.core.ask import Phase
from sim.core.parameters import Parameter
from sim.core.question import Question
from sim.core.registry import PARAMETERS, QUESTIONS
from sim.experiment.outcomes import OF_BALLOT, declared
from sim.forums.presets import PRESETS
from sim.forums.rules import Rules
from sim.scenario.schema import json_schema
from sim.scenario.verbs import VERBS
from sim.show.glossary import SECTIONS

HERE = Path(__file__).parent


_PART = re.compile(r"<!-- made: (\w+)((?: \w+)*) -->\n.*?<!-- end -->", re.DOTALL)

WHEN = {  # the agenda of a session, in its order
    "events": "every session",
    "influence": "every session",
    "sponsoring": "a forum whose `drafting` is `sponsors`, up to its first decision",
    "chairing": "a forum whose `drafting` is `chair`, up to its first decision",
    "consensus": "a forum that seeks consensus, at each of its stages",
    "voting": "a forum that only votes, at each of its stages",
    "lock_in": "every session, last",
}

WHY = {  # what each dependency does for users, against its weight
    "mesa": "the agents of those who step through a run or decide for themselves; loaded only then",
    "networkx": "mesa 3.5 does not import without it, and does not ask for it",
    "numpy": "all of the model is arrays over runs; 2.0 fixed how numbers of mixed kinds combine",
    "scipy": "distribution functions of the draws, and the optimiser of the calibration",
    "matplotlib": "every figure; loaded only when one is drawn",
    "pydantic": "types, ranges and the published schema of scenario files from one description",
    "PyYAML": "reads scenario files as events, so that every mistake has its line",
    "typer": "the command line: options and help from the types of plain functions",
    "rich": "aligned tables and colour on terminals, none where output is piped",
    "pyarrow": "Parquet: the results of many runs, quick to write and small to keep",
    "filelock": "one sweep at a time writes into a folder, on every system",
    "Jinja2": "the pages of reports, with everything escaped that a scenario says",
    "threadpoolctl": "holds linear algebra to one thread, so that processes do not fight for cores",
}

EXTRAS = {  # what each extra lets users do that others need not install
    "cluster": "`plenary sweep --on`: batches played by a Dask cluster",
    "sensitivity": "designs `morris` and `sobol_indices`, and the rules of `rules.csv`",
    "brief": "`brief.docx`, which `plenary report --brief` writes",
}
FOR_US = ("dev",)  # extras of those who work on the program


def pages() -> list[Path]:
    """Every page of this folder that has a part to fill."""
    return [f for f in sorted(HERE.rglob("*.md")) if _PART.search(f.read_text(encoding="utf-8"))]


def filled(text: str) -> str:
    """A page with its parts made anew."""
    return _PART.sub(_part, text)


def _part(found: re.Match[str]) -> str:
    name, words = found[1], found[2]
    return f"<!-- made: {name}{words} -->\n{PARTS[name](*words.split())}\n<!-- end -->"


def parameters(*names: str) -> str:
    """Parameters, all or some: symbol, default, range, meaning, and what informs them."""
    chosen = [PARAMETERS[name] for name in names] or list(PARAMETERS.values())
    return _table(
        ("parameter", "symbol", "default", "range", "meaning", "informed by"),
        (
            (f"`{p.name}`", p.symbol, f"{p.default:g}", _range(p), p.meaning, _basis(p))
            for p in chosen
        ),
    )


def _range(p: Parameter) -> str:
    if p.whole:
        return f"{p.low:g} or {p.high:g}"
    return f"{p.low:g} to {p.high:g}{', by order of magnitude' * p.ratio}"


def _basis(p: Parameter) -> str:
    return "recorded votes" if p.fitted else "nothing: assumed"


def agenda() -> str:
    """What happens in a session, from sim/session.py and the phases it imports."""
    phases = {n: f for n, f in vars(session).items() if _is_phase(f)}
    if missing := phases.keys() ^ WHEN.keys():
        raise SystemExit(f"the agenda and its table differ in {sorted(missing)}")
    rows = (
        (str(place), f"`{name}`", f"`{_file(phases[name])}`", when, _first(phases[name].__doc__))
        for place, (name, when) in enumerate(WHEN.items(), 1)
    )
    return _table(("", "phase", "file", "when", "what it does"), rows)


def _is_phase(thing: Any) -> bool:
    return getattr(thing, "__module__", "").startswith("sim.mechanisms.") and thing is not Phase


def _file(function: Callable[..., Any]) -> str:
    return function.__module__.replace(".", "/") + ".py"


def _first(docstring: str | None) -> str:
    return (docstring or "").split("\n\n")[0].replace("\n", " ").strip()


def forums() -> str:
    """The rules of procedure that a forum may be given by name."""
    head = ("`rules:`", "forum", "decides by", "quorum", "drafting", "non-state voice", "source")
    return _table(head, (_forum(name, rules) for name, rules in PRESETS.items()))


def _forum(name: str, r: Rules) -> tuple[str, ...]:
    quorum = f"{r.quorum:.0%}" if r.quorum else "none"
    return f"`{name}`", r.title, _decides(r), quorum, f"`{r.drafting}`", f"`{r.access}`", r.source


def _decides(r: Rules) -> str:
    way = [f"consensus, restraint {r.restraint * 100:g}"] if r.consensus else []
    if r.vote:
        base = "members" if r.vote == "members" else "those present and voting"
        least = "more than" if r.more_than else "at least"
        way.append(f"{least} {r.majority * 100:.3g}% of {base}")
    if r.weight_share:
        minority = f", unless fewer than {r.blocking_minority} stand aside"
        way.append(f"and at least {r.weight_share * 100:g}% of the weights{minority}")
    if r.vetoes:
        way.append(f"and no vote against by {', '.join(r.vetoes)}")
    return "; then ".join(way[:2]) if r.consensus else " ".join(way)


def verbs() -> str:
    """What an actor may be said to do, with the written meaning of each."""
    return _table(("verb", "what it means"), ((f"`{v}`", said) for v, said in VERBS.items()))


def questions() -> str:
    """What delegations may be asked, and how they answer."""
    head = ("method", "what it answers", "who is asked", "answer")
    return _table(
        head,
        (
            (f"`{name}({'draft' * q.about_a_draft})`", q.meaning, _invited(q), q.answers.value)
            for name, q in QUESTIONS.items()
        ),
    )


def _invited(question: Question) -> str:
    return _first(question.invited.__doc__).removesuffix(": (actors,).").lower()


def fields(name: str = "") -> str:
    """The fields of one object of a scenario file."""
    return _fields(json_schema(), name)


def experiment_fields(name: str = "") -> str:
    """The fields of one object of an experiment file."""
    return _fields(experiment.json_schema(), name)


def outcomes() -> str:
    """What a run can be asked for, by the ends of the names."""
    ballots = [f"DRAFT.STAGE.{end}" for end in OF_BALLOT]
    named = declared([*ballots, "DRAFT.CLAUSE.value", "DRAFT.retained", "DRAFT.cosponsors"])
    named |= declared(["status_quo.ISSUE"])
    head = ("outcome", "unit", "what it is", "if the text falls")
    rows = ((f"`{said.name}`", said.unit, said.meaning, said.otherwise) for said in named.values())
    return _table(head, rows)


def _fields(schema: dict[str, Any], name: str) -> str:
    part = schema["$defs"][name] if name else schema
    return _table(
        ("field", "value", "default", "what it is"),
        (
            (f"`{field}`", _value(about), _default(part, field), about.get("description", ""))
            for field, about in part["properties"].items()
        ),
    )


def _value(about: dict[str, Any]) -> str:
    if "$ref" in about:
        return about["$ref"].rsplit("/", 1)[-1]
    if "anyOf" in about:
        listed = [_value(a) for a in about["anyOf"] if a.get("type") != "null"]
        return " or ".join(sorted(dict.fromkeys(listed), key=len))
    if "enum" in about:
        return ", ".join(f"`{word}`" for word in about["enum"])
    return _kind(about)


def _kind(about: dict[str, Any]) -> str:
    kind = about.get("type")
    if not isinstance(kind, str):
        return "value"
    if kind == "array":
        return f"list of {_value(about.get('items', {}))}"
    if kind == "object":
        inside = about.get("additionalProperties")
        if inside is None:
            inside = next(iter(about["patternProperties"].values()))
        return f"name: {_value(inside)}"
    if kind == "string":
        return {"date": "date", "path": "file"}.get(about.get("format", ""), "text")
    low, high = about.get("minimum"), about.get("maximum")
    words = {"integer": "whole number", "number": "number", "boolean": "`true` or `false`"}
    if low is None or high is None:
        return words[kind]
    return f"{low:,} to {high:,}" if kind == "integer" else f"{low:g} to {high:g}"


def _default(part: dict[str, Any], field: str) -> str:
    if field in part.get("required", ()):
        return "required"
    default = part["properties"][field].get("default")
    if default in (None, "", [], {}) or isinstance(default, dict):
        return ""
    said = default if isinstance(default, list) else [default]
    return ", ".join(f"{d:g}" if isinstance(d, float) else str(d).lower() for d in said)


def dependencies() -> str:
    """What an installation brings along, with the bound of pyproject.toml."""
    project = _project()
    bounds = dict(re.match(r"([\w-]+)(.*)", d).groups() for d in project["dependencies"])  # type: ignore[union-attr]
    if missing := bounds.keys() ^ WHY.keys():
        raise SystemExit(f"say why, or no longer: {sorted(missing)}")
    return _table(
        ("package", "versions", "why it is there"),
        ((f"`{name}`", f"`{bound}`", WHY[name]) for name, bound in bounds.items()),
    )


def extras() -> str:
    """What `pip install "plenary[EXTRA]"` brings along."""
    asked = {n: d for n, d in _project()["optional-dependencies"].items() if n not in FOR_US}
    if missing := asked.keys() ^ EXTRAS.keys():
        raise SystemExit(f"say what they are for, or no longer: {sorted(missing)}")
    rows = ((f"`{n}`", ", ".join(f"`{d}`" for d in asked[n]), EXTRAS[n]) for n in asked)
    return _table(("extra", "packages", "what it is for"), rows)


def _project() -> dict[str, Any]:
    text = (HERE.parent / "pyproject.toml").read_text(encoding="utf-8")
    found: dict[str, Any] = tomllib.loads(text)["project"]
    return found


def glossary() -> str:
    """Words of scenarios, of the model and of its output, section by section."""
    return "\n\n".join(
        f"## {title}\n\n" + _table(("word", "what it means"), words.items())
        for title, words in SECTIONS.items()
    )


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |" for row in lines
    )


PARTS: dict[str, Callable[..., str]] = {
    f.__name__: f
    for f in (
        parameters,
        agenda,
        forums,
        verbs,
        questions,
        fields,
        experiment_fields,
        outcomes,
        dependencies,
        extras,
        glossary,
    )
}


def main() -> None:
    """Write every page anew."""
    for page in pages():
        page.write_text(filled(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
