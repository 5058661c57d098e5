"""Methods and references: what was done is said, and what is cited can be looked up."""

from __future__ import annotations

from pathlib import Path

import pytest
from report_folders import VERSIONS, sweep
from small import CONSENSUS, VOTE, write

from sim import literature
from sim.report import findings, methods
from sim.study.run import play
from tests.bibtex import NEEDED, entries


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
    assert {"clinton2004", "plenary", "harris2020"} <= found.keys()


def test_every_citation_has_its_reference(summary: dict[str, object]) -> None:
    cited = literature.cited(methods.methods(summary, VERSIONS))
    assert "grimm2020" in cited
    held = entries(methods.references(summary, VERSIONS)).keys()
    assert {key for key in held if not key.startswith("source")} == cited


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
    assert "NumPy 2.0 [@harris2020]" in said


def test_sources_of_a_scenario_are_quoted_safely(tmp_path: Path) -> None:
    strange = r"50% of \{A & B}, #1_2 ~ $x$: see ^ it"
    text = f"{VOTE}sources: ['{strange}']\n"
    summary = findings.of_run(play(str(write(tmp_path, text)), runs=4))
    _, fields = entries(methods.references(summary, VERSIONS))["source1"]
    assert literature.plain(f"{fields['title']}: {fields['howpublished']}") == strange


def test_methods_of_an_analysis_are_cited() -> None:
    summary = findings.of_study(sweep())
    for design, keys in (
        ("morris", {"morris1991", "campolongo2007", "herman2017", "iwanaga2022"}),
        ("sobol_indices", {"sobol2001", "saltelli2010", "herman2017", "breiman1984"}),
        ("latin_hypercube", {"mckay1979", "breiman1984", "pedregosa2011"}),
        ("sobol", {"sobol1967", "breiman1984"}),
    ):
        told = summary | {"ground": {**summary["ground"], "design": design}}
        assert keys <= literature.cited(methods.methods(told, VERSIONS))
        assert keys <= entries(methods.references(told, VERSIONS)).keys()
