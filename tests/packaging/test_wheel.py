"""The wheel, installed in an empty environment and used the way a stranger would.

Every command runs with the network cut: a file of the environment makes `connect` and `bind`
raise on internet sockets, so that whatever reaches for one fails here and not at a user's.
"""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
import tarfile
import venv
from collections.abc import Iterable
from dataclasses import dataclass
from email import message_from_bytes
from importlib.metadata import distribution
from importlib.util import find_spec
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
SCENARIO = "rival-resolutions-2018"
SPACES_AND_ACCENTS = "Délégation d'Éstonie, 2ᵉ séance"
SHIPPED = "sim/_shipped/"
NO_NETWORK = """
import socket

def _refuse(self, address, *rest, _was):
    if self.family in (socket.AF_INET, socket.AF_INET6):
        raise OSError(f"the network is cut in this test: {address}")
    return _was(self, address, *rest)

for name in ("connect", "connect_ex", "bind"):
    was = getattr(socket.socket, name)
    setattr(socket.socket, name, lambda *a, _was=was: _refuse(*a, _was=_was))
"""


@dataclass(frozen=True)
class Installed:
    """An environment that holds the wheel, what it needs, and nothing else."""

    folder: Path

    @property
    def scripts(self) -> Path:
        return self.folder / ("Scripts" if os.name == "nt" else "bin")

    def run(self, *command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        program = str(self.scripts / command[0])
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "COVERAGE"))}
        done = subprocess.run(
            [program, *command[1:]],
            cwd=cwd,
            env=kept | {"PYTHONUTF8": "1"},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source archive, and the wheel that is made from nothing but it."""
    out = tmp_path_factory.mktemp("dist")
    here = ["--no-isolation"] if find_spec("hatchling") else []  # else it is fetched
    built = subprocess.run(
        [sys.executable, "-m", "build", *here, "--outdir", str(out), str(ROOT)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    return out


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    (made,) = dist.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def source(dist: Path) -> Path:
    (made,) = dist.glob("*.tar.gz")
    return made


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel in an environment; what it says it needs is linked from that of the tests."""
    there = Installed(tmp_path_factory.mktemp("empty") / "environment")
    venv.create(there.folder, symlinks=os.name != "nt")
    python = str(there.scripts / "python")
    pip = [sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check"]
    alone = ["--quiet", "--no-deps", "--no-index", "--no-compile"]
    subprocess.run([*pip, "install", *alone, str(wheel)], check=True, capture_output=True)
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    where = subprocess.run([python, "-c", code], check=True, capture_output=True, text=True)
    packages = Path(where.stdout.strip())
    for name in needed(asked_by(wheel), {""}):
        link(name, packages)
    (packages / "no_network.py").write_text(NO_NETWORK, encoding="utf-8")
    (packages / "no_network.pth").write_text("import no_network\n", encoding="utf-8")
    return there


def asked_by(wheel: Path) -> list[str]:
    """What a wheel requires, line by line, as an installer reads it."""
    with ZipFile(wheel) as archive:
        (file,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return message_from_bytes(archive.read(file)).get_all("Requires-Dist", [])


def needed(requirements: Iterable[str], extras: set[str]) -> set[str]:
    """The packages that requirements ask for with these extras, and what those need in turn."""
    found: set[str] = set()
    waiting = [(line, extras) for line in requirements]
    while waiting:
        line, of = waiting.pop()
        asked = Requirement(line)
        if asked.marker is None or any(asked.marker.evaluate({"extra": e}) for e in of):
            there = distribution(asked.name)
            assert asked.specifier.contains(there.version, prereleases=True), line
            if there.name not in found:
                found.add(there.name)
                waiting += [(each, asked.extras | {""}) for each in there.requires or ()]
    return found


def link(name: str, packages: Path) -> None:
    """Put an installed package into another environment."""
    there = distribution(name)
    for top in {file.parts[0] for file in there.files or ()} - {"..", "__pycache__"}:
        (packages / top).symlink_to(Path(str(there.locate_file(top))).resolve())


@pytest.fixture(params=["the root folder", SPACES_AND_ACCENTS])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A working folder that is not the checkout."""
    if request.param == "the root folder":
        return Path(tmp_path.anchor)
    folder = tmp_path / request.param
    folder.mkdir()
    return folder


def names(wheel: Path) -> list[str]:
    with ZipFile(wheel) as archive:
        return archive.namelist()


def test_both_archives_are_fit_to_publish(wheel: Path, source: Path) -> None:
    check = [sys.executable, "-m", "twine", "check", "--strict", str(wheel), str(source)]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("PASSED") == 2


def test_the_source_archive_holds_what_is_needed_to_test_and_to_cite(source: Path) -> None:
    with tarfile.open(source) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}
    for file in ("CHANGELOG.md", "CITATION.cff", "CONTRIBUTING.md", "LICENSE", "README.md"):
        assert file in inside
    assert {"paper.md", "sim/references.bib", "tests/conftest.py", "docs/index.md"} <= inside
    assert not [name for name in inside if name.startswith(("results/", "shared/"))
                and name != "results/README.md"]  # fmt: skip


def test_scenarios_and_experiments_are_inside(wheel: Path) -> None:
    inside = set(names(wheel))
    for kind in ("scenarios", "experiments"):
        files = (f for f in (ROOT / kind).rglob("*") if f.suffix in (".yaml", ".csv"))
        assert {SHIPPED + file.relative_to(ROOT).as_posix() for file in files} <= inside
    assert f"{SHIPPED}scenarios/{SCENARIO}.yaml" in inside
    assert any(file.startswith(f"{SHIPPED}experiments/") for file in inside)


def test_no_script_of_the_repository_is_inside(wheel: Path) -> None:
    assert not [file for file in names(wheel) if file.endswith(".py") and "_shipped" in file]


def test_nothing_else_is_inside(wheel: Path) -> None:
    tops = {file.split("/")[0] for file in names(wheel)}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"sim", "plenary.py"}
    ours = [file for file in names(wheel) if not file.startswith("plenary-")]
    unwanted = (
        "/tests/",
        "test_",
        "shared/",
        "_shipped/results",
        "__pycache__",
        ".pytest",
        "conftest",
    )
    assert not [file for file in ours if any(word in file for word in unwanted)]


def test_it_is_typed_licensed_and_has_its_command(wheel: Path) -> None:
    inside = names(wheel)
    assert {"sim/py.typed", "sim/references.bib"} <= set(inside)
    assert any(re.fullmatch(r"plenary-.*\.dist-info/licenses/LICENSE", file) for file in inside)
    (entries,) = [file for file in inside if file.endswith("entry_points.txt")]
    with ZipFile(wheel) as archive:
        assert "plenary = sim.cli:main" in archive.read(entries).decode()


def test_the_network_is_cut(installed: Installed, tmp_path: Path) -> None:
    reach = "import socket\ntry: socket.create_connection(('127.0.0.1', 9))\n"
    code = f"{reach}except OSError as error: print(error)"
    assert "the network is cut" in installed.run("python", "-c", code, cwd=tmp_path).stdout


def test_import(installed: Installed, elsewhere: Path) -> None:
    code = "import sim; print(sim.__version__, sim.__file__)"
    version, file = installed.run("python", "-c", code, cwd=elsewhere).stdout.split(maxsplit=1)
    assert version in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert Path(file.strip()).is_relative_to(installed.folder)


def test_import_under_the_name_of_the_project(installed: Installed, elsewhere: Path) -> None:
    code = "import plenary, sim; print(plenary is sim, plenary.load('gge-2017').name)"
    done = installed.run("python", "-c", code, cwd=elsewhere)
    assert done.stdout.split() == ["True", "gge-2017"]


def test_list(installed: Installed, elsewhere: Path) -> None:
    listed = installed.run("plenary", "list", cwd=elsewhere).stdout
    shipped = [file.stem for file in (ROOT / "scenarios").glob("*.yaml")]
    assert [name for name in shipped if name not in listed] == []


def test_check(installed: Installed, elsewhere: Path) -> None:
    installed.run("plenary", "check", SCENARIO, cwd=elsewhere)


@pytest.mark.parametrize("elsewhere", [SPACES_AND_ACCENTS], indirect=True)
def test_run(installed: Installed, elsewhere: Path, tmp_path: Path) -> None:
    out = tmp_path / f"results of {SPACES_AND_ACCENTS}"
    command = ("plenary", "run", SCENARIO, "--runs", "4", "--out", str(out))
    assert installed.run(*command, cwd=elsewhere).stdout.strip()
    json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    with (out / "runs.csv").open(encoding="utf-8", newline="") as lines:
        assert len(list(csv.DictReader(lines))) == 4
    with (out / "votes.csv").open(encoding="utf-8", newline="") as lines:
        assert len(list(csv.DictReader(lines))) >= 193
    assert list((out / "figures").glob("*.png"))
