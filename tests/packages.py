"""Packages as somebody else would install them, and `plenary` as it runs beside them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Site:
    """A folder of installed packages, put on the path of every command that is run here."""

    folder: Path

    def install(self, name: str, code: str, **points: Mapping[str, str] | str) -> None:
        """Write a module and what an installer would write beside it.

        ``points`` are entry points by the last word of their group: mechanisms="Hosting", or
        rules={"name": "OBJECT"}; objects are those of the module.
        """
        about = self.folder / f"{name}-0.1.dist-info"
        about.mkdir(parents=True, exist_ok=True)
        (self.folder / f"{name}.py").write_text(code, encoding="utf-8")
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 0.1\n")
        said = ""
        for group, objects in points.items():
            named = {name: objects} if isinstance(objects, str) else objects
            said += f"[plenary.{group}]\n"
            said += "".join(f"{point} = {name}:{of}\n" for point, of in named.items())
        (about / "entry_points.txt").write_text(said, encoding="utf-8")

    def remove(self, name: str) -> None:
        """Take a package away again."""
        (self.folder / f"{name}.py").unlink()
        for file in (self.folder / f"{name}-0.1.dist-info").iterdir():
            file.unlink()
        (self.folder / f"{name}-0.1.dist-info").rmdir()

    @property
    def environment(self) -> dict[str, str]:
        """What a program is started with that shall find the packages."""
        path = os.pathsep.join((str(self.folder), str(ROOT)))
        return os.environ | {"PYTHONPATH": path, "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}

    def plenary(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of `plenary`, in the folder above; never ends in a traceback."""
        done = self.python("-m", "sim", *arguments)
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run Python, in the folder above."""
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder.parent,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def done(self, *arguments: str) -> str:
        """Run a command that must succeed; return what it prints."""
        done = self.plenary(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def refused(self, *arguments: str, code: int = 2) -> str:
        """Run a command that must be refused; return what it says, on one line."""
        done = self.plenary(*arguments)
        assert done.returncode == code, done.stdout + done.stderr
        return " ".join(done.stderr.split())
