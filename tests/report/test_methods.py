"""Methods and references: what was done is said, and what is cited can be looked up."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from report_folders import VERSIONS, sweep
from small import CONSENSUS, VOTE, write

from sim.report import findings, literature, methods
from sim.study.run import play

ROOT = Path(__file__).parents[2]
NEEDED = {
    "article": {"author", "title", "journal", "year"},
    "book": {"author", "title", "publisher", "year"},
    "incollection": {"author", "title", "booktitle", "publisher", "year"},
    "inproceedings": {"author", "title", "booktitle", "year"},
    "techreport": {"author", "title", "institution", "year"},
    "misc": {"title"},
}


def entries(text: str) -> dict[str, tuple[str, dict[str, str]]]:
    """Read BibTeX as strictly as its grammar is; every brace must be closed."""
    found: dict[str, tuple[str, dict[str, str]]] = {}
    for block in text.strip().split("\n\n"):
        head = re.fullmatch(r"@(\w+)\{([\w-]+),\n(.*)\n\}", block, re.DOTALL)
        assert head, block
        fields = {}
        for line in head[3].split("\n"):
            field = re.fullmatch(r"  (\w+) = \{(.*)\},", line)
            assert field, line
            depth = 0
            for character in re.sub(r"\\[{}]", "", field[2]):
                depth += {"{": 1, "}": -1}.get(character, 0)
                assert depth >= 0
            assert depth == 0, line
            assert not re.search(r"(?<!\\)[&%$#_]", field[2]), line
            fields[field[1]] = field[2]
        assert head[2] not in found
        found[head[2]] = (head[1], fields)
    return found


@pytest.fixture(params=["run", "what-if", "room", "sweep"])
def summary(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, object]:
    if request.param == "sweep":
        return findings.of_study(sweep())
    source = str(write(tmp_path, CONSENSUS if request.param == "room" else VOTE))
    settings = ["USA=absent"] if request.param == "what-if" else []
    return findings.of_run(play(source, settings, runs=8))


def test_references_are_bibtex(summary: dict[str, object]) -> None:
    found = entries(methods.references(summary, VERSIONS))
    for kind, fields in found.values():
        assert NEEDED[kind] <= fields.keys()
    assert {"clinton2004", "plenary", "numpy"} <= found.keys()


def test_every_citation_has_its_reference(summary: dict[str, object]) -> None:
    cited = set(re.findall(r"@(\w+)", methods.methods(summary, VERSIONS)))
    assert cited
    assert cited <= entries(methods.references(summary, VERSIONS)).keys()


def test_only_what_was_at_work_is_cited(tmp_path: Path) -> None:
    vote = findings.of_run(play(str(write(tmp_path)), runs=8))
    room = findings.of_run(play(str(write(tmp_path, CONSENSUS)), runs=8))
    keys = [entries(methods.references(said, VERSIONS)).keys() for said in (vote, room)]
    assert "dantzig1960" in keys[1] - keys[0]
    assert "friedkin1990" not in keys[0]
    assert "craig1997" not in keys[0]  # its worlds are drawn, not calibrated


def test_what_was_played_is_said(tmp_path: Path) -> None:
    source = str(write(tmp_path))
    run, what_if = (findings.of_run(play(source, s, runs=8)) for s in ([], ["USA=absent"]))
    assert 'We played 8 runs of the scenario "A small vote"' in methods.methods(run, VERSIONS)
    assert "in 2 worlds, from seed 7" in methods.methods(run, VERSIONS)
    assert "with USA=absent, and as many without" in methods.methods(what_if, VERSIONS)
    said = methods.methods(findings.of_study(sweep()), VERSIONS)
    assert "560 runs" in said
    assert "7 points (every combination of the factors' levels)" in said
    assert "NumPy 2.0 [@numpy]" in said


def test_sources_of_a_scenario_are_quoted_safely(tmp_path: Path) -> None:
    strange = r"50% of \{A & B}, #1_2 ~ $x$: see ^ it"
    text = f"{VOTE}sources: ['{strange}']\n"
    summary = findings.of_run(play(str(write(tmp_path, text)), runs=4))
    _, fields = entries(methods.references(summary, VERSIONS))["source1"]
    assert literature.plain(f"{fields['title']}: {fields['howpublished']}") == strange


def test_nothing_is_cited_that_the_repository_does_not_cite() -> None:
    """Each work's first author and year stand in the documentation or in the code."""
    pages = [
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("sim/**/*.py"),
        *ROOT.glob("scenarios/data/*.csv"),
    ]
    texts = [p for p in pages if p.name != "literature.py"]
    whole = " ".join(" ".join(p.read_text(encoding="utf-8")[:60_000].split()) for p in texts)
    for work in literature.WORKS:
        author = work.fields["author"].partition(",")[0]
        year = work.fields.get("year", "")
        assert re.search(rf"{author}[^.]{{0,90}}{year}|{author}, [^()]{{0,90}}\({year}\)", whole), (
            work.key
        )
