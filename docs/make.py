"""Fill the parts of these pages that the code knows better: `PYTHONPATH=. python docs/make.py`.

Such a part stands between `<!-- made: NAME WORDS -->` and `<!-- end -->`; NAME is a function of
this file and WORDS are what it is given. A test fails when a page is not what this makes of it.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, get_args
from urllib.parse import quote

from sim import delimited, experiment, literature, shipped
from sim.core.fields import PER_CENT, Part
from sim.core.mechanism import Mechanism, When, overrides
from sim.core.parameters import Parameter
from sim.core.question import Question
from sim.core.registry import OURS, rules
from sim.core.registry import mechanisms as registered
from sim.experiment.outcomes import Declared, forms
from sim.forums.rules import Rules
from sim.scenario import load
from sim.scenario.schema import json_schema
from sim.show.glossary import worded

HERE = Path(__file__).parent


_PART = re.compile(r"<!-- made: (\w+)((?: \w+)*) -->\n.*?<!-- end -->", re.DOTALL)

WHEN = {  # when in a session a mechanism plays
    When.OPENING: "every session, before any forum meets",
    When.DRAFTING: "a forum whose `drafting` is `{drafting}`, up to its first decision",
    When.FLOOR: "every meeting of a forum, after drafting",
    When.DECISION: "a forum that decides by it, at each of its stages",
    When.CLOSING: "every session, after all forums",
    When.NEVER: "where others ask it",
}

ADDS = {  # what each method of the contract adds to, in words
    "support": "support in a vote",
    "bind": "what ties delegations' support together",
    "grievance": "what a text costs where consensus is sought",
    "limits": "bounds on clauses",
    "price": "the price of blocking",
    "decide": "decisions that are not a delegation's own",
}

WHY = {  # what each dependency does for users, against its weight
    "mesa": "the agents of those who step through a run or decide for themselves; loaded only then",
    "networkx": "graphs of coalitions; mesa 3.5 needs it to be imported, and does not ask for it",
    "pandas": "results as data frames; comes with mesa, loaded only when one is asked for",
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
    "data": "results as labelled arrays, and NetCDF",
    "brief": "`brief.docx`, which `plenary report --brief` writes",
    "page": "a run in Mesa's own page in the browser: `sim.page`",
}
FOR_US = ("dev", "docs")  # extras of those who work on the program


def pages() -> list[Path]:
    """Every page of this folder that has a part to fill."""
    return [f for f in sorted(HERE.rglob("*.md")) if _PART.search(f.read_text(encoding="utf-8"))]


def filled(text: str) -> str:
    """A page with its parts made anew."""
    return _PART.sub(_part, text)


def _part(found: re.Match[str]) -> str:
    name, words = found[1], found[2]
    return f"<!-- made: {name}{words} -->\n{PARTS[name](*words.split())}\n<!-- end -->"


def _ours() -> list[Mechanism]:
    """The mechanisms that come with the program, in the order of the agenda."""
    return [m for m in registered() if m.package == OURS]


def parameters(*names: str) -> str:
    """Parameters, all or some: symbol, default, range, meaning, and what informs them."""
    known = {p.name: p for m in _ours() for p in m.parameters}
    chosen = [known[name] for name in names or known]
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
    return p.source or ("recorded votes" if p.fitted else "nothing: assumed")


def agenda() -> str:
    """What happens in a session, in its order: the mechanisms that play."""
    playing = [m for m in _ours() if m.when is not When.NEVER]
    rows = (
        (str(place), f"`{m.name}`", f"`{_file(m)}`", _when(m), _does(m))
        for place, m in enumerate(playing, 1)
    )
    return _table(("", "mechanism", "file", "when", "what it does"), rows)


def submodels() -> str:
    """Mechanisms that the model's page does not explain itself: their text and parameters."""
    page = (HERE / "ODD.md").read_text(encoding="utf-8")
    named = {
        word
        for name, words in _PART.findall(page)
        if name == "parameters"
        for word in words.split()
    }
    own = [m for m in _ours() if m.parameters and not named & {p.name for p in m.parameters}]
    return "\n\n".join(
        f"#### {m.name.replace('_', ' ').capitalize()} (`{_file(m)}`)\n\n{_explained(m)}\n\n"
        f"{parameters(*(p.name for p in m.parameters))}"
        for m in own
    )


def _explained(mechanism: Mechanism) -> str:
    """What its file says of it, with its equations in fences."""
    said = inspect.getdoc(sys.modules[type(mechanism).__module__]) or ""
    blocks = (block for block in said.split("\n\n"))
    return "\n\n".join(f"```\n{b}\n```" if b.startswith("    ") else b for b in blocks)


def contract() -> str:
    """What a mechanism may declare, and what it may do: attributes and methods, in their order."""
    attributes = ((f"`{name}`", said, f"`{default}`") for name, said, default in _attributes())
    tables = [f"### What it declares\n\n{_table(('', 'what it is', 'default'), attributes)}"]
    for heading, methods in _methods().items():
        tables.append(f"### {heading}\n\n{_table(('method', 'what it does'), methods)}")
    return "\n\n".join(tables)


def _attributes() -> Iterable[tuple[str, str, str]]:
    """Each class attribute of the contract with the string below it, and its default."""
    body = _class(Mechanism).body
    for node, after in zip(body, [*body[1:], ast.Pass()], strict=True):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            said = after.value if isinstance(after, ast.Expr) else None
            words = said.value if isinstance(said, ast.Constant) else ""
            default = ast.unparse(node.value) if node.value else ""
            yield node.target.id, " ".join(str(words).split()), default


def _methods() -> dict[str, list[tuple[str, str]]]:
    """Each method of the contract with what it does, under the comment that it stands below."""
    lines = inspect.getsource(Mechanism).splitlines()
    headings = {n: line[6:] for n, line in enumerate(lines, 1) if line.startswith("    # ")}
    found: dict[str, list[tuple[str, str]]] = {heading: [] for heading in headings.values()}
    for node in _class(Mechanism).body:
        plain = isinstance(node, ast.FunctionDef) and not node.decorator_list
        if isinstance(node, ast.FunctionDef) and plain and not node.name.startswith("_"):
            names = ", ".join(arg.arg for arg in node.args.args if arg.arg != "self")
            below = headings[max(n for n in headings if n < node.lineno)]
            said = _first(ast.get_docstring(node))
            found[below].append((f"`{node.name}({names})`", said))
    return found


def _class(of: type) -> ast.ClassDef:
    found = ast.parse(inspect.getsource(of)).body[0]
    assert isinstance(found, ast.ClassDef)
    return found


def mechanisms() -> str:
    """What each mechanism says of itself, in the order of the agenda."""
    return "\n".join(
        f"- **`{m.name}`** (`{_file(m)}`): {_does(m)} *Plays:* {_when(m)}.{_declares(m)}"
        for m in _ours()
    )


def _declares(m: Mechanism) -> str:
    said = {
        "Adds to": [word for hook, word in ADDS.items() if overrides(m, hook)],
        "Sections": _coded(m.scenario),
        "Parameters": _coded(p.name for p in m.parameters),
        "Asks": _coded(m.questions),
        "Verbs": _coded(m.verbs),
        "Events": _coded(m.events),
        "Acts": _coded(m.acts),
        "Draws": _coded(m.draws),
        "Outcomes": _coded(o.name for o in m.outcomes),
        "Claims": [f"{number}, {claim}" for number, claim in m.claims.items()],
        "Sources": [literature.short(source) for source in m.sources],
    }
    return "".join(f" *{what}:* {'; '.join(words)}." for what, words in said.items() if words)


def _first(text: str | None) -> str:
    """The first line of a docstring."""
    return (text or "").strip().partition("\n")[0]


def _coded(names: Iterable[str]) -> list[str]:
    return [f"`{name}`" for name in names]


def _when(m: Mechanism) -> str:
    return WHEN[m.when].format(drafting=m.drafting)


def _does(m: Mechanism) -> str:
    """Its summary as a sentence, without its name if it begins with that."""
    head, _, rest = m.summary.partition(": ")
    said = rest if re.sub("[ -]", "_", head.lower()) == m.name else m.summary
    return said[:1].upper() + said[1:]


def _file(m: Mechanism) -> str:
    return type(m).__module__.replace(".", "/") + ".py"


def forums() -> str:
    """The rules of procedure that a forum may be given by name."""
    what = ("forum", "members", "decides by", "quorum", "drafting", "non-state voice", "source")
    head = ("`rules:`", *what)
    return _table(head, (_forum(name, preset) for name, preset in rules().items()))


def _forum(name: str, r: Rules) -> tuple[str, ...]:
    quorum = f"{r.quorum:.0%}" if r.quorum else "none"
    seats = ", ".join(r.members) if len(r.members) < 3 else f"{len(r.members)} states"
    return (
        f"`{name}`",
        r.title,
        seats,
        _decides(r),
        quorum,
        f"`{r.drafting}`",
        f"`{r.access}`",
        r.source,
    )


def _decides(r: Rules) -> str:
    how = "silence" if r.silence else "consensus"
    way = [f"{how}, restraint {r.restraint * 100:g}"] if r.consensus else []
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
    return _table(
        ("verb", "what it means"),
        ((f"`{v}`", said.meaning) for m in _ours() for v, said in m.verbs.items()),
    )


def questions() -> str:
    """What delegations may be asked, and how they answer."""
    head = ("method", "what it answers", "who is asked", "answer")
    return _table(
        head,
        (
            (f"`{name}({'draft' * q.about_a_draft})`", q.meaning, _invited(q), q.answers.value)
            for m in _ours()
            for name, q in m.questions.items()
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


def sections() -> str:
    """The objects in the sections that mechanisms add, each with its fields."""
    parts = [part for m in _ours() for s in m.scenario.values() for part in _parts(s.type)]
    named = ((_kind_name(part.__name__), _first(part.__doc__)) for part in parts)
    return "\n\n".join(f"## {name}\n\n{about}\n\n{fields(name)}" for name, about in named)


def _parts(kind: Any) -> Iterable[type[Part]]:
    """Every object that a type holds, each once, outer ones first."""
    if isinstance(kind, type) and issubclass(kind, Part):
        yield kind
        for field in kind.model_fields.values():
            yield from _parts(field.annotation)
    for inside in get_args(kind):
        yield from _parts(inside)


def outcomes() -> str:
    """What a run can be asked for, by the ends of the names."""
    head = ("outcome", "unit", "what it is", "if the text falls")
    rows = ((f"`{o.name}`", o.unit, o.meaning, o.otherwise) for o in forms().values())
    return _table(head, rows)


def columns_of_runs() -> str:
    """The outcomes in a table of runs, as its cells have them."""
    head = ("column", "what it is called", "in a cell", "what it is", "empty if")
    rows = ((f"`{o.name}`", o.title, _cell(o), o.meaning, o.missing) for o in forms().values())
    return _table(head, rows)


def _cell(said: Declared) -> str:
    if said.kind.truth:
        return "`true` or `false`"
    if said.kind.words:
        return ", ".join(f"`{word}`" for word in said.kind.words)
    return said.unit


def _fields(schema: dict[str, Any], name: str) -> str:
    kinds = {_kind_name(kind): about for kind, about in schema["$defs"].items()}
    part = kinds[name] if name else schema
    return _table(
        ("field", "value", "default", "what it is"),
        (
            (f"`{field}`", _value(about), _default(part, field), about.get("description", ""))
            for field, about in part["properties"].items()
        ),
    )


def _kind_name(kind: str) -> str:
    """Call an object of a file by what it is; what a file has is Written only in the code."""
    return kind.removeprefix("Written")


def _value(about: dict[str, Any]) -> str:
    if "$ref" in about:
        return _kind_name(about["$ref"].rsplit("/", 1)[-1])
    if "anyOf" in about:
        listed = [_value(a) for a in about["anyOf"] if a.get("type") != "null"]
        return " or ".join(sorted(dict.fromkeys(listed), key=len))
    if "enum" in about:
        return ", ".join(f"`{word}`" for word in about["enum"])
    return _kind(about)


def _kind(about: dict[str, Any]) -> str:
    kind = about.get("type")
    if about.get("pattern") == PER_CENT:
        kind = "number"  # its text is the same number with its sign
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
        for title, words in worded().items()
    )


def works() -> str:
    """Every work of references.bib, with its DOI as a link where it has one."""
    return "\n".join(
        f"- {_linked(work)}" for work in sorted(literature.works().values(), key=_by_author)
    )


def _by_author(work: literature.Work) -> tuple[str, str]:
    return work.fields["author"].casefold(), work.fields.get("year", "")


def _linked(work: literature.Work) -> str:
    if doi := work.fields.get("doi"):
        return work.told.replace(f"doi:{doi}", f"[doi:{doi}](https://doi.org/{quote(doi)})")
    return work.told


def world() -> str:
    """The parts of the world, with the scenarios that show them and the files that play them."""
    shown = {n: load(n).covers for n in shipped.scenarios()}
    rows = delimited.read(shipped.data("world.csv"), "world.csv").named()
    tried = {row["number"]: row for row in _promised()}
    return _table(
        ("part", "what", "scenarios", "mechanisms", "to see it", "test"),
        ((*_of_world(row, shown), *_seen(tried[row["part"]])) for row in rows),
    )


def _of_world(row: Mapping[str, str], shown: Mapping[str, Iterable[int]]) -> tuple[str, ...]:
    names = [f"`{name}`" for name, parts in shown.items() if int(row["part"]) in parts]
    files = [f"`{name}`" for name in row["mechanisms"].split(";") if name]
    return row["part"], row["what"], ", ".join(names), ", ".join(files)


def promises() -> str:
    """What is promised beyond peers, each with a command that shows it and a test."""
    rows = (row for row in _promised() if row["what"])
    return _table(
        ("promise", "what", "to see it", "test"),
        ((row["number"], row["what"], *_seen(row)) for row in rows),
    )


def _promised() -> list[dict[str, str]]:
    return delimited.read(shipped.data("promises.csv"), "promises.csv").named()


def _seen(row: Mapping[str, str]) -> tuple[str, str]:
    return f"`{row['command']}`", f"`{row['test']}`"


def claims() -> str:
    """The causal claims that mechanisms carry: what each says here, and whose it is."""
    found = [(name, said, f"`{m.name}`") for m in registered() for name, said in m.claims.items()]
    return _table(("claim", "how it is carried", "mechanism"), sorted(found))


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
        submodels,
        contract,
        mechanisms,
        forums,
        verbs,
        questions,
        fields,
        experiment_fields,
        sections,
        outcomes,
        columns_of_runs,
        dependencies,
        extras,
        glossary,
        works,
        world,
        promises,
        claims,
    )
}


def main() -> None:
    """Write every page anew."""
    for page in pages():
        page.write_text(filled(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
