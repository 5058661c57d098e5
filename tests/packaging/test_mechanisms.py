"""Mechanisms, rules and ways of drafting of installed packages: full citizens, or told plainly."""

from __future__ import annotations

import csv
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sim.core import registry
from sim.errors import InputError
from sim.study import provenance
from tests.packages import Site
from tests.registered import registered
from tests.small import VOTE, write
from tests.sweep.test_faults import cluster

HOSTING = '''"""Hosting: the state that hosts the talks leans towards every text."""

import numpy as np

from sim.core.fields import ActorRef
from sim.core.mechanism import Bars, Mechanism, Section
from sim.core.outcome import Outcome, Over
from sim.core.parameters import Parameter


class Hosting(Mechanism):
    """Hosting: the state that hosts the talks leans towards every text."""

    name = "hosting"
    scenario = {"host": Section(ActorRef, "", "the state that hosts the talks")}
    parameters = (Parameter("host_pull", "h", 3.0, 0.0, 9.0, "what hosting adds, in logits"),)
    outcomes = (
        Outcome("host_favours", "texts that {actor} favours", "texts {actor} is for", "texts",
                Over.ACTOR, 0, None, 0),
    )
    figures = (Bars("host_favours", "Texts that the host favours"),)
    dynamic = True
    off = {"host_pull": 0.0}

    def compile(self, said, axes):
        return axes.mask([said["host"]]) if said["host"] else None

    def columns(self, outcome, said):
        return [said["host"]] if said["host"] else []

    def support(self, setting, world, draft):
        yield "hosting", world.column("host_pull") * self.part(setting)

    def collect(self, setting, world):
        at = int(np.flatnonzero(self.part(setting))[0])
        votes = [ballot.decisions[:, at] == 0 for ballot in world.ballots.values()]
        yield "host_favours", (setting.actors[at],), np.sum(votes, axis=0) * 1.0
'''
RULES = """from sim.forums.rules import Rules

COUNCIL = Rules(title="Council of the lake", vote="members", majority=0.6, more_than=False)
"""
DRAFTING = '''"""Halving: every text is moved half of the way back to the status quo."""

import numpy as np

from sim.core.mechanism import Mechanism, When
from sim.core.world import Page


class Halving(Mechanism):
    """Halving: every text is moved half of the way back to the status quo."""

    name = "halving"
    when = When.DRAFTING
    drafting = "halved"

    def drafts(self, rules):
        return "" if rules.vote else "halves are put to a vote, and these rules take none"

    def play(self, setting, world, meeting):
        for draft in setting.forums[meeting.forum].drafts:
            now = np.take(world.status_quo, setting.drafts[draft].issue, axis=1)
            world.value[draft] = (world.value[draft] + now) / 2
            nobody = np.zeros(world.size, np.int64)
            text = world.value[draft].copy(), world.active[draft].copy()
            world.pages[draft].append(Page(meeting.session, *text, nobody))
        yield from ()
'''
HOSTED = VOTE + "host: India\n"
SWEEP = """\
title: How hosting matters
question: Does it matter how much?
scenario: small.yaml
vary:
  parameters.host_pull: [0, 9]
  host: [IND, BRA]
runs: 100
"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A place for packages, beside a small scenario with a host."""
    write(tmp_path, HOSTED)
    with Site(tmp_path / "packages") as place:
        yield place


@pytest.fixture
def hosted(site: Site) -> Site:
    site.install("hosting", HOSTING, mechanisms="Hosting")
    return site


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


# A package is a full citizen


@pytest.mark.slow
def test_it_is_checked_played_set_told_and_made_again(hosted: Site, tmp_path: Path) -> None:
    assert "ok" in hosted.done("check", "small.yaml")
    assert json.loads(hosted.done("schema"))["properties"]["host"]["description"].startswith("the")
    assert "host_pull: what hosting adds" in hosted.done("glossary")
    wrong = hosted.refused("check", "small.yaml", "--set", "host=Indai")
    assert "host: there is no such actor here (it says 'Indai')" in wrong
    wrong = hosted.refused("check", "small.yaml", "--set", "parameters.host_pull=12")
    assert "is out of range (it says '12.0'); allowed: 0 to 9" in wrong
    hosted.done("run", "small.yaml", "--runs", "40", "--out", "made")
    hosted.done("run", "small.yaml", "--runs", "40", "--set", "host=Brazil", "--out", "set",
                "--no-figures")  # fmt: skip
    assert "host_favours.IND" in rows(tmp_path / "made/runs.csv")[0]
    assert "host_favours.BRA" in rows(tmp_path / "set/runs.csv")[0]
    told = {(r["file"], r["column"]): r["meaning"] for r in rows(tmp_path / "made/codebook.csv")}
    assert told["runs.csv", "host_favours.IND"] == "texts IND is for"
    assert (tmp_path / "made/figures/host_favours.png").is_file()
    made = json.loads((tmp_path / "made/manifest.json").read_text())
    assert made["packages"]["hosting"]["adds"] == ["hosting"]
    assert made["packages"]["hosting"]["version"] == "0.1"
    hosted.done("plot", "made")
    hosted.done("report", "made")
    assert "Texts that the host favours" in (tmp_path / "made/report.html").read_text()
    assert "The same" in hosted.done("rerun", "made", "--verify")


@pytest.mark.slow
def test_a_sweep_on_processes_and_on_a_cluster_gives_the_same(
    hosted: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sweep.yaml").write_text(SWEEP)
    plain = ("--no-figures", "--quiet")
    hosted.done("sweep", "sweep.yaml", "--workers", "1", *plain, "--out", "one")
    hosted.done("sweep", "sweep.yaml", "--workers", "2", *plain, "--out", "two")
    table = (tmp_path / "one/results.parquet").read_bytes()
    assert (tmp_path / "two/results.parquet").read_bytes() == table
    pytest.importorskip("distributed")
    monkeypatch.setattr("tests.sweep.test_faults.ENV", hosted.environment)
    with cluster(tmp_path, 2) as (url, _):
        hosted.done("sweep", "sweep.yaml", "--on", url, *plain, "--out", "many")
    assert (tmp_path / "many/results.parquet").read_bytes() == table
    assert "The same" in hosted.done("rerun", "two", "--verify")


@pytest.mark.slow
def test_code_that_was_changed_or_taken_away_is_named(hosted: Site, tmp_path: Path) -> None:
    (tmp_path / "sweep.yaml").write_text(SWEEP)
    hosted.done("run", "small.yaml", "--runs", "8", "--out", "made", "--no-figures")
    hosted.done("sweep", "sweep.yaml", "--out", "swept", "--no-figures")
    begun = tmp_path / "begun"  # a sweep of which nothing but the plan is there
    begun.mkdir()
    shutil.copy(tmp_path / "swept/study.json", begun)
    changed = HOSTING.replace("* self.part", "* -2 * self.part")
    hosted.install("hosting", changed, mechanisms="Hosting")
    verdict = hosted.plenary("rerun", "made", "--verify")
    assert verdict.returncode == 1
    told = " ".join((verdict.stdout + verdict.stderr).split())
    assert "the package hosting is not what it was" in told
    assert "code" in hosted.refused("sweep", "sweep.yaml", "--out", "begun")
    hosted.remove("hosting")
    for command in (["rerun", "made", "--verify"], ["rerun", "swept", "--verify"]):
        gone = hosted.refused(*command)
        assert "was made with the package hosting, which is not installed here" in gone
        assert "pip install hosting" in gone
    line = 1 + HOSTED.splitlines().index("host: India")
    assert f"small.yaml:{line}: host: is not a field here" in hosted.refused("check", "small.yaml")


def test_what_is_patched_while_it_runs_is_in_the_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.mechanisms.memory import Memory

    def recast(self: Memory, setting: object, world: object, draft: int, text: object) -> object:
        yield from ()

    before = provenance.code_digest()
    monkeypatch.setattr(Memory, "recast", recast)
    assert [name for name, _ in provenance.patched()] == ["sim.mechanisms.memory.Memory.recast"]
    assert provenance.code_digest() != before
    monkeypatch.undo()
    assert provenance.code_digest() == before


# Rules and ways of drafting


@pytest.mark.slow
def test_rules_of_a_package_stand_beside_ours(site: Site, tmp_path: Path) -> None:
    write(tmp_path)
    site.install("lake", RULES, rules={"lake_council": "COUNCIL"})
    chosen = ("--set", "forums.room.rules=lake_council")
    assert "ok" in site.done("check", "small.yaml", *chosen)
    assert "Council of the lake" in site.done("show", "small.yaml", *chosen)
    line = ("--set", "blocs.EU.line=lake_council")
    assert "ok" in site.done("check", "small.yaml", *line)
    site.done("run", "small.yaml", "--runs", "8", *chosen, *line, "--out", "made", "--no-figures")
    adds = json.loads((tmp_path / "made/manifest.json").read_text())["packages"]["lake"]["adds"]
    assert adds == ["lake_council"]
    for path in ("forums.room.rules", "blocs.EU.line"):
        wrong = site.refused("check", "small.yaml", "--set", f"{path}=lake_counsel")
        assert "lake_council" in wrong.partition("allowed:")[2]
    assert "lake_council" in site.done("glossary")
    site.done("new", "mine", "--forum", "lake_council")
    assert "Council of the lake" in (tmp_path / "mine.yaml").read_text()


@pytest.mark.slow
def test_a_way_of_drafting_of_a_package_is_a_word_of_forums(site: Site, tmp_path: Path) -> None:
    site.install("halving", DRAFTING, mechanisms="Halving")
    write(tmp_path)
    chosen = "forums.room.drafting=halved"
    site.done("run", "small.yaml", "--runs", "8", "--set", chosen, "--out", "made")
    (moved,) = [row for row in rows(tmp_path / "made/clauses.csv") if row["draft"] == "L.60"]
    half = (float(moved["status_quo"]) + float(moved["tabled"])) / 2
    assert float(moved["came_out"]) == pytest.approx(half, abs=3)  # as coders differ
    assert (tmp_path / "made/figures/text-L.60.png").is_file()
    no_vote = ("--set", "forums.room.rules=consensus", "--set", chosen)
    wrong = site.refused("check", "small.yaml", *no_vote)
    assert "halves are put to a vote, and these rules take none (it says 'halved')" in wrong
    assert "allowed: as_tabled, chair" in wrong
    assert "halved" in site.refused("check", "small.yaml", "--set", "forums.room.drafting=half")


# A bad package is told plainly, and whose it is


def with_(old: str, new: str, code: str = HOSTING) -> str:
    assert old in code
    return code.replace(old, new)


BAD = {
    "a name of ours": (
        with_('name = "hosting"', 'name = "memory"'),
        "the mechanism 'memory' is taken by memory",
    ),
    "a parameter of ours": (
        with_('"host_pull"', '"stakes"').replace('{"host_pull"', '{"stakes"'),
        "the parameter 'stakes' is taken by voting",
    ),
    "a section of ours": (
        with_('{"host":', '{"blocs":'),
        "the section of a scenario 'blocs' is taken by blocs",
    ),
    "low above high": (
        with_("3.0, 0.0, 9.0", "3.0, 9.0, 0.0"),
        "parameter host_pull: low 9, default 3 and high 0 are not in this order",
    ),
    "no range": (
        with_("3.0, 0.0, 9.0", "3.0, 0.0, float('nan')"),
        "parameter host_pull: its range and default must be finite numbers",
    ),
    "no unit": (with_('is for", "texts"', 'is for", ""'), "outcome host_favours: has no unit"),
    "a figure of nothing": (with_('Bars("host_favours"', 'Bars("favours"'), "draws 'favours'"),
    "no type": (with_("Section(ActorRef", "Section(Mechanism"), "section host: its type is none"),
    "no name": (with_('name = "hosting"', 'name = "Host ing"'), "'Host ing' is not a name"),
    "no declaration": (with_("(Bars(", "(print("), "what it declares cannot be read: Attribute"),
    "a circle": (
        with_('name = "hosting"', 'name = "hosting"\n    after = ("hosting",)'),
        "mechanisms wait for one another: hosting (of hosting) after hosting",
    ),
    "after nobody": (
        with_('name = "hosting"', 'name = "hosting"\n    after = ("tablng",)'),
        "comes after 'tablng', and there is no such mechanism; allowed: mend the package",
    ),
    "after what comes late": (
        with_('name = "hosting"', 'name = "hosting"\n    after = ("lock_in",)')
        .replace("import Bars, Mechanism", "import Bars, When, Mechanism")
        .replace("    dynamic", "    when = When.FLOOR\n    dynamic"),
        "comes after lock_in, which plays later in a session",
    ),
    "drafts without a word": (
        with_('    drafting = "halved"\n', "", DRAFTING).replace("Halving", "Hosting"),
        "what plays at DRAFTING has a word for `drafting`",
    ),
    "raises": ("raise OSError('no\\ndisk')\n", "cannot be loaded: OSError: no disk"),
    "not python": ("class Hosting(:\n", "cannot be loaded: SyntaxError: invalid syntax"),
    "no such thing": ("", "cannot be loaded: AttributeError"),
    "no mechanism": ("class Hosting: pass\n", "is not a subclass of sim.core.mechanism.Mechanism"),
    "cannot be made": (
        HOSTING + "    def __init__(self):\n        raise ValueError('no luck')\n",
        "cannot be made: ValueError: no luck",
    ),
}


@pytest.fixture
def refused(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., str]]:
    """What is said against a package that is found in this process: a start takes a second."""
    site.folder.mkdir()
    monkeypatch.syspath_prepend(site.folder)

    def refusing(read: Callable[[], object], name: str, code: str, **points: Any) -> str:
        site.install(name, code, **points)
        monkeypatch.delitem(sys.modules, name, raising=False)
        with pytest.raises(InputError) as error, registered():
            read()
        return " ".join(str(error.value).split())

    yield refusing
    for name in ("hosting", "lake"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize("wrong", BAD)
def test_a_bad_package_is_told_in_a_sentence(refused: Callable[..., str], wrong: str) -> None:
    code, problem = BAD[wrong]
    told = refused(registry.mechanisms, "hosting", code, mechanisms="Hosting")
    assert "package hosting: " in told
    assert problem in told


def test_a_field_of_ours_is_refused_as_files_are_read(site: Site) -> None:
    code = with_('{"host":', '{"issues":')
    site.install("hosting", code, mechanisms="Hosting")
    told = site.refused("check", "small.yaml")
    assert "package hosting: " in told
    assert "the section 'issues' is part of every scenario" in told


@pytest.mark.slow
def test_every_command_and_python_say_so_but_help_and_list_still_work(site: Site) -> None:
    code, problem = BAD["low above high"]
    site.install("hosting", code, mechanisms="Hosting")
    for command in (["run", "small.yaml"], ["check", "small.yaml"], ["schema"], ["glossary"]):
        told = site.refused(*command)
        assert told.count("package hosting: ") == 1
        assert problem in told
        assert "mend the package, or take it away: pip uninstall hosting" in told
    assert "plenary run" in site.done("--help")
    assert "rival-resolutions-2018" in site.done("list")
    asked = "import sim\ntry: sim.load('small.yaml')\nexcept sim.InputError as e: print(e)\n"
    assert problem in site.python("-c", asked).stdout


@pytest.mark.slow
def test_two_packages_with_one_mechanism_are_both_named(hosted: Site) -> None:
    hosted.install("inviting", HOSTING, mechanisms="Hosting")
    told = hosted.refused("check", "small.yaml")
    assert "package inviting: hosting: the mechanism 'hosting' is taken by" in told
    assert "hosting (of hosting)" in told


@pytest.mark.parametrize(
    ("term", "problem"),
    [
        ("world.parameters['host_pull']", "has the shape (4,); it must be (4, "),
        ("world.column('host_pull') * np.nan * self.part(setting)", "is not a finite number for"),
    ],
)
def test_a_term_that_is_none_fails_the_run_and_says_whose(
    site: Site, term: str, problem: str
) -> None:
    code = with_('world.column("host_pull") * self.part(setting)', term)
    site.install("hosting", code, mechanisms="Hosting")
    told = site.refused("run", "small.yaml", "--runs", "4", "--out", "made", code=1)
    assert problem in told
    assert "hosting (of hosting)" in told


ASKING = """
    when = When.FLOOR
    questions = {
        "greet": Question("how warmly it greets", Answers.PERCENT, lambda setting, world, ask: ALL)
    }

    def play(self, setting, world, meeting):
        shape = (world.size, len(setting.actors))
        yield self.ask("greet", np.full(shape, 1.5), meeting, 0)
"""


def test_a_standard_answer_out_of_range_fails_the_run_and_says_whose(site: Site) -> None:
    imported = "import numpy as np\nfrom sim.core.mechanism import When\n"
    imported += "from sim.core.question import Answers, Question\n"
    site.install("hosting", imported + HOSTING + ASKING, mechanisms="Hosting")
    told = site.refused("run", "small.yaml", "--runs", "4", "--out", "made", code=1)
    assert "the standard answer to 'greet'" in told
    assert "hosting (of hosting)" in told
    assert "goes from 1.5 to 1.5; it must be numbers from 0 to 1" in told


BAD_RULES = {
    "a share": ("majority=0.6", "majority=1.6", "majority is a share, from 0 to 1 (it says '1.6')"),
    "no share": ("majority=0.6", "majority='0.6'", "majority is a share, from 0 to 1"),
    "a word": ('vote="members"', 'vote="all"', "vote is none of the words it may be: present_and"),
    "drafting": ("majority=0.6", "drafting='nobody'", "drafting is none of the words it may be"),
    "nothing": ('vote="members"', 'vote=""', "neither seeks consensus nor takes a vote"),
    "cannot": (
        'vote="members"', 'consensus=True, drafting="sponsors"', "these rules take no vote",
    ),
    "no rules": ("Rules(title", "dict(title", "is not a sim.forums.rules.Rules"),
}  # fmt: skip


@pytest.mark.parametrize("wrong", BAD_RULES)
def test_bad_rules_are_told_in_a_sentence(refused: Callable[..., str], wrong: str) -> None:
    old, new, problem = BAD_RULES[wrong]
    points = {"rules": {"lake_council": "COUNCIL"}}
    told = refused(registry.rules, "lake", with_(old, new, RULES), **points)
    assert "package lake: lake_council: " in told
    assert problem in told


def test_rules_by_a_name_that_is_taken_are_refused(site: Site, tmp_path: Path) -> None:
    write(tmp_path)
    site.install("lake", RULES, rules={"two_thirds": "COUNCIL"})
    assert "two_thirds: is the name of other rules already" in site.refused("check", "small.yaml")
