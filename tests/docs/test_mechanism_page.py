"""The page on writing a mechanism, followed: its files written, its commands run.

Only the runs are fewer than the page has, and figures are drawn once.
"""

from __future__ import annotations

import csv
import re
import shlex
import tomllib
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from tests.packages import ROOT, Site

PAGE = (ROOT / "docs" / "how-to" / "mechanism.md").read_text(encoding="utf-8")
STEP = re.compile(
    r"(?:<!-- (?P<how>file|more): (?P<file>[\w./-]+)(?:, below `(?P<below>[^`]+)`)? -->\n)?"
    r"```(?P<language>\w+)\n(?P<body>.*?)```",
    re.DOTALL,
)
INSTALL = "pip install --editable ."
RUNS, FEWER = "100", "10"
BY_THE_READER = ("python3 -m venv", ".venv/bin/pip", ". .venv", "mkdir", "cd ")  # once, by hand


def steps() -> Iterator[re.Match[str]]:
    return STEP.finditer(PAGE)


def put(site: Site, folder: Path, step: re.Match[str]) -> None:
    """Write a file of the page, or add to one where the page says."""
    site.stop()  # which knows the code as it was
    file, body, below = folder / step["file"], step["body"], step["below"]
    file.parent.mkdir(exist_ok=True)
    said = file.read_text(encoding="utf-8") if step["how"] == "more" else ""
    if below:
        assert below in said
        said, body = said.replace(below, f"{below}\n{body.rstrip()}"), ""
    body = body.replace(f"runs: {RUNS}", f"runs: {FEWER}")
    file.write_text(said + body, encoding="utf-8")


def install(site: Site, folder: Path) -> None:
    """Do what an editable installation does: put the entry points where Python finds them."""
    site.stop()
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    about = site.folder / f"{project['name']}-{project['version']}.dist-info"
    about.mkdir(parents=True, exist_ok=True)
    named = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    (about / "METADATA").write_text(named)
    points = "".join(
        f"[{group}]\n" + "".join(f"{name} = {of}\n" for name, of in objects.items())
        for group, objects in project["entry-points"].items()
    )
    (about / "entry_points.txt").write_text(points)


def follow(site: Site, folder: Path, line: str) -> None:
    """Do what a line says."""
    if line == INSTALL:
        return install(site, folder)
    program, *said = shlex.split(line, comments=True)
    arguments = [FEWER if word == RUNS else word for word in said]
    if arguments[0] in ("run", "sweep") and [*folder.glob("*/figures")]:
        arguments.append("--no-figures")
    assert program in ("plenary", "pytest")
    start = site.plenary if program == "plenary" else partial(site.python, "-m", "pytest")
    done = start(*arguments)
    assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    return None


def columns(file: Path) -> list[str]:
    with file.open(encoding="utf-8", newline="") as lines:
        return next(csv.reader(lines))


@pytest.mark.slow
def test_the_page_leads_to_a_mechanism_with_a_figure(tmp_path: Path) -> None:
    with Site(tmp_path / ".site") as site:
        followed(site, tmp_path)


def followed(site: Site, tmp_path: Path) -> None:
    """Follow the page from its first line to its last, and look at what came of it."""
    for step in steps():
        if step["file"]:
            put(site, tmp_path, step)
        elif step["language"] == "sh":
            for line in step["body"].splitlines():
                if not line.startswith(BY_THE_READER):
                    follow(site, tmp_path, line)
    for name in ("talks", "brazil", "swept", "lake", "halved"):
        assert (tmp_path / name / "manifest.json").is_file()
    kept = [c for c in columns(tmp_path / "talks/runs.csv") if c.startswith("host_favours")]
    assert kept == ["host_favours.CHE", "host_favours.SGP"]
    assert "host_favours.BRA" in columns(tmp_path / "brazil/runs.csv")
    with Image.open(tmp_path / "talks/figures/host_favours.png") as picture:
        assert picture.info["Title"].startswith("How often each host votes for a text: ")
    assert "did you mean 'Switzerland'" in site.refused(
        "check", "talks.yaml", "--set", "hosts=Switzerlnd"
    )
    assert "0 to 6" in site.refused("check", "talks.yaml", "--set", "parameters.host_pull=7")


def test_files_of_the_page_are_named_in_its_words() -> None:
    """What is marked for this test alone is said to the reader too, just above."""
    for step in steps():
        if step["file"]:
            above = PAGE[: step.start()].rstrip().splitlines()[-3:]
            assert f"`{step['file']}`" in " ".join(above)
