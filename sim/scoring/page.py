"""The page of a back-test: one file, no network, no script, the same bytes each time."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sim.disk import digest
from sim.report.html import EMBEDDED, inline, rendered
from sim.scoring.found import Found

TEMPLATE = "scored.html.jinja"
VERSIONS = ("plenary", "python", "machine", "numpy", "scipy")


def page(found: Found, said: Mapping[str, Any], folder: Path) -> bytes:
    """Write the page.

    Args:
        found: what was found.
        said: what the manifest will say; see `sim.scoring.writing.described`.
        folder: where its tables and figures are.
    """
    return rendered(
        TEMPLATE,
        kind="Back-test: a hindcast scored on the record",
        title=found.title,
        ground=" \N{MIDDLE DOT} ".join(_ground(found, said)),
        version=said["plenary"],
        found=found,
        pictures=_figures(found, folder),
        tables=[_table(name, folder / f"{name}.csv") for name in found.tables],
        versions=[(name, said[name]) for name in VERSIONS],
        command=shlex.join(said["command"]),
        digests=_digests(said, folder),
    )


def _ground(found: Found, said: Mapping[str, Any]) -> Iterator[str]:
    yield found.name
    if found.until:
        yield f"fitted on data before {found.until}"
    yield f"plenary {said['plenary']}"


def _figures(found: Found, folder: Path) -> list[dict[str, Any]]:
    """Those that were drawn, each with its picture and its data."""
    there = {name: folder / "figures" / f"{name}.png" for name in found.figures}
    return [
        {
            "image": inline("image/png", file.read_bytes()),
            "title": found.figures[name].title,
            "about": found.figures[name].about,
            "data": f"figures/{name}.csv",
            "link": _table(f"figures/{name}", file.with_suffix(".csv"))["link"],
        }
        for name, file in there.items()
        if file.is_file()
    ]


def _table(name: str, file: Path) -> dict[str, Any]:
    """A table as part of the page, or its place beside it where it is large."""
    content = file.read_bytes()
    return {
        "name": f"{name}.csv",
        "file": file.name,
        "rows": content.count(b"\n") - 1,
        "link": inline("text/csv;charset=utf-8", content)
        if len(content) <= EMBEDDED
        else f"{name}.csv",
    }


def _digests(said: Mapping[str, Any], folder: Path) -> list[tuple[str, str]]:
    files = sorted(f for f in folder.rglob("*") if f.is_file())
    came = [(f.relative_to(folder).as_posix(), digest(f)) for f in files]
    went = [(f"shipped: {name}", found) for name, found in said["reads"].items()]
    scripts = [(f"script: {name}", found) for name, found in said.get("scripts", {}).items()]
    return [("code", said["code"]), *scripts, *went, *came]
