"""The pages of docs/ and of the top level: links, commands, examples, what is made from code."""

from __future__ import annotations

import re
import runpy
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from sim.forums.rules import Decision, How
from tests.played import scenario

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
OF_PROJECT = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "paper.md")]
PAGES = [*OF_PROJECT, *sorted(DOCS.rglob("*.md"))]
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^#+ +(.*)$", re.MULTILINE)


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def fences(page: Path, *languages: str) -> Iterator[str]:
    return (body for language, body in _FENCE.findall(text(page)) if language in languages)


def anchor(heading: str) -> str:
    """The anchor that GitHub gives a heading."""
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower().replace("`", ""))
    return kept.replace(" ", "-")


def links(page: Path) -> Iterator[str]:
    return (t for t in _LINK.findall(text(page)) if not re.match(r"[a-z]+:", t))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    for link in links(page):
        file, _, heading = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        assert target.exists(), f"{name(page)}: there is no {link}"
        if heading:
            there = {anchor(h) for h in _HEADING.findall(text(target))}
            assert heading in there, f"{name(page)}: {link} names no heading"


def test_every_page_can_be_reached_from_the_index() -> None:
    seen, open_ = set[Path](), [DOCS / "index.md"]
    while open_:
        page = open_.pop()
        if page not in seen and page.suffix == ".md" and page.exists():
            seen.add(page)
            open_ += [(page.parent / link.partition("#")[0]).resolve() for link in links(page)]
    assert set(DOCS.rglob("*.md")) - seen == set()


def commands() -> list[Any]:
    """Every line of a fenced block that begins with `plenary`, once, with the page it is on."""
    found: dict[str, str] = {}
    for page in PAGES:
        for body in fences(page, "", "sh", "bash", "console"):
            for line in body.replace("\\\n", " ").splitlines():
                if line.startswith("plenary "):
                    words = shlex.split(line, comments=True)
                    found.setdefault(shlex.join(words[1:]), name(page))
    return [pytest.param(shlex.split(c), id=f"{page}: {c}") for c, page in found.items()]


@pytest.mark.parametrize("arguments", commands())
def test_commands_are_understood(arguments: list[str]) -> None:
    """Parse a command with the real command line, and its settings with the real scenario."""
    from typer.main import get_command

    from sim import cli, shipped
    from sim.scenario import load

    command: Any = get_command(cli.app)
    while hasattr(command, "get_command"):  # a group, as `plenary` itself and `plenary backtest`
        called, *arguments = arguments
        command = command.get_command(None, called)
    given = command.make_context(called, arguments).params
    if given.get("source") in shipped.scenarios() and given["settings"]:
        load(scenario(given["source"]), tuple(given["settings"]))


def yaml_examples() -> list[Any]:
    return [
        pytest.param(body, id=f"{name(page)} {place}")
        for page in PAGES
        for place, body in enumerate(fences(page, "yaml"), 1)
    ]


@pytest.mark.parametrize("body", yaml_examples())
def test_examples_of_files_are_read(body: str, tmp_path: Path) -> None:
    """A whole scenario loads and is without warnings; a part of one has only fields that exist.

    An experiment, or what it varies, can be laid out and played.
    """
    from sim.scenario import check
    from sim.scenario.schema import ScenarioFile

    written = yaml.safe_load(body)
    if "vary" in written:
        return lay_out(written, body, tmp_path / "example.yaml")
    assert written.keys() <= ScenarioFile.model_json_schema()["properties"].keys()
    if {"title", "issues", "actors", "forums"} <= written.keys():
        file = tmp_path / "example.yaml"
        file.write_text(body, encoding="utf-8")
        assert check(file) == []
    return None


def lay_out(written: dict[str, Any], body: str, file: Path) -> None:
    """Check an experiment, with a title and a scenario if the page leaves them out."""
    from sim import experiment

    needed = {"title": "An example", "scenario": "rival-resolutions-2018"}
    rest = [f"{field}: {said}" for field, said in needed.items() if field not in written]
    file.write_text("\n".join([*rest, body]), encoding="utf-8")
    asked = experiment.read(file)
    assert experiment.checked(asked, experiment.lay_out(asked)).warnings == ()


def python_pages() -> list[Path]:
    """Pages with Python, but for those whose output tests/test_model.py compares."""
    compared = ("agents.md", "python.md")
    return [p for p in PAGES if p.name not in compared and any(fences(p, "python"))]


@pytest.mark.parametrize("page", python_pages(), ids=name)
def test_examples_in_python_run(page: Path) -> None:
    """The blocks of a page are read one after the other, as a reader does."""
    exec(compile("\n".join(fences(page, "python")), name(page), "exec"), {"__name__": "__main__"})


def test_generated_parts_are_fresh() -> None:
    make = runpy.run_path(str(DOCS / "make.py"))
    pages = make["pages"]()
    assert {"parameters.md", "forums.md", "glossary.md"} <= {page.name for page in pages}
    stale = [name(page) for page in pages if make["filled"](text(page)) != text(page)]
    assert stale == [], "run: PYTHONPATH=. python docs/make.py"


def test_mechanisms_of_installed_packages_are_not_in_our_pages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from sim.core.registry import mechanism

    parts = runpy.run_path(str(DOCS / "make.py"))["PARTS"]
    names = ("agenda", "mechanisms", "parameters", "verbs")
    for name, said in (("side_payments", "payment"), ("events", "`withdraws`")):
        assert any(said in parts[part]() for part in names)
        monkeypatch.setattr(type(mechanism(name)), "package", "somebody-elses")
        assert [part for part in names if said in parts[part]()] == []


def test_every_submodel_parameter_is_described_in_the_model() -> None:
    from sim.core.registry import PARAMETERS

    odd = text(DOCS / "ODD.md")
    assert [p for p in PARAMETERS if f"`{p}`" not in odd] == []


def test_decisions_are_all_described() -> None:
    page = text(DOCS / "reference" / "decisions.md")
    assert [kind.name for kind in Decision if f"| `{kind.name}` |" not in page] == []
    assert [k.name for k in How if f"| `{k.name}` | {k.value} |" not in page] == []


def test_results_are_all_described() -> None:
    from sim.show import tables
    from sim.study.provenance import provenance
    from sim.study.run import play

    page = text(DOCS / "reference" / "results.md")
    run = play("cybercrime-2019", ("RUS=absent",), runs=2)
    assert run.base
    written = [tables.votes(run), tables.clauses(run), tables.changed(run)]
    plain = {name for table in (*written, tables.paired(run)) for name in table}
    ends = {name.rpartition(".")[2] for name in tables.runs(run) if name.startswith("74/247.")}
    fields = plain | {*provenance(run, []), "files", "run", "world"}
    assert [name for name in sorted(fields) if f"`{name}`" not in page] == []
    assert [end for end in sorted(ends) if f".{end}`" not in page] == []


def test_pages_name_no_machine_and_no_workplace() -> None:
    unwanted = re.compile(r"/work\b|\.\./shared|/tmp/|/home/|\bissue #?\d+")
    assert [name(page) for page in PAGES if unwanted.search(text(page))] == []


def test_every_page_has_its_place_on_the_site() -> None:
    listed = re.findall(r"[\w/-]+\.md$", (ROOT / ".mkdocs.yml").read_text("utf-8"), re.M)
    assert sorted(listed) == sorted(
        page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md")
    )


def test_one_version_is_said_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert (cited["version"], cited["license"]) == (project["version"], project["license"])
    assert project["version"] in (ROOT / "CHANGELOG.md").read_text("utf-8")
