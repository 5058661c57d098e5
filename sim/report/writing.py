"""Puts a report into the folder it is about: all of it is made before any of it is written."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

from sim.disk import plainly, whole
from sim.errors import RunError
from sim.report import BRIEF, DOCUMENT, REPORT, SLIDES, document, dossier, html
from sim.report.brief import brief as chosen
from sim.report.dossier import Dossier
from sim.staging import REPORTED


def write(folder: Path, *, brief: bool = False) -> list[Path]:
    """See `sim.report.write`."""
    if brief:
        document.needed()
    read = dossier.read(folder)
    made = {REPORT: html.page(read), **(_brief(read) if brief else {})}
    try:
        return _place(folder, made)
    except OSError as error:
        raise RunError(plainly(error, folder, "the results in it are as they were")) from error


def _brief(read: Dossier) -> dict[str, bytes]:
    from sim.report import slides

    short = chosen(read)
    picture = read.read(short.picture.file) if short.picture else None
    with tempfile.TemporaryDirectory() as drawn:
        shown = slides.save(short, Path(drawn))
        pages = {f"{SLIDES}/{file.name}": file.read_bytes() for file in shown}
    return {BRIEF: html.one_page(read), DOCUMENT: document.document(short, picture), **pages}


def _place(folder: Path, made: Mapping[str, bytes]) -> list[Path]:
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in made.items()}
    listed = json.dumps({"files": _before(folder) | digests}, indent=1, sort_keys=True) + "\n"
    for name, data in {**made, REPORTED: listed.encode()}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        with whole(folder / name) as made_file:
            made_file.write_bytes(data)
    return [folder / name for name in made]


def _before(folder: Path) -> dict[str, str]:
    """What an earlier report listed: a brief stays, though only the page is made again."""
    try:
        return dict(json.loads((folder / REPORTED).read_text(encoding="utf-8"))["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}
