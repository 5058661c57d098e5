"""Packages as somebody else would install them, and `plenary` as it runs beside them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Timer

ROOT = Path(__file__).parents[1]
PATIENCE = 300  # seconds
SERVE = """
import contextlib, io, json, sys, traceback
from sim.cli import main
answers = sys.stdout
for line in sys.stdin:
    sys.argv = ["plenary", *json.loads(line)]
    held = io.BytesIO(), io.BytesIO()
    out, err = (io.TextIOWrapper(h, "utf-8", write_through=True) for h in held)
    code = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main()
        except SystemExit as left:
            code = left.code
        except BaseException:
            code = traceback.print_exc(file=err) or 1
    print(json.dumps([code or 0, *(h.getvalue().decode() for h in held)]), file=answers, flush=True)
"""


@dataclass
class Site:
    """A folder of installed packages, put on the path of every command that is run here.

    Commands run in one process beside the tests, since a start takes a second; whatever is
    installed or removed starts a new one.
    """

    folder: Path
    _serving: subprocess.Popen[str] | None = field(default=None, init=False)

    def __enter__(self) -> Site:
        """End the process of the commands with the block."""
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End the process of the commands; the next one starts anew."""
        if self._serving is not None:
            self._serving.communicate()
            self._serving = None

    def install(self, name: str, code: str, **points: Mapping[str, str] | str) -> None:
        """Write a module and what an installer would write beside it.

        ``points`` are entry points by the last word of their group: mechanisms="Hosting", or
        rules={"name": "OBJECT"}; objects are those of the module.
        """
        self.stop()
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
        self.stop()
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
        serving = self._serving = self._serving or self._started()
        assert serving.stdin is not None
        assert serving.stdout is not None
        patience = Timer(PATIENCE, serving.kill)
        patience.start()
        serving.stdin.write(json.dumps(arguments) + "\n")
        serving.stdin.flush()
        code, out, err = json.loads(serving.stdout.readline())
        patience.cancel()
        assert "Traceback" not in err, err
        return subprocess.CompletedProcess(arguments, code, out, err)

    def _started(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", SERVE],
            cwd=self.folder.parent,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run Python, in the folder above."""
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder.parent,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
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
