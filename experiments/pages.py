"""Tables of the documents: printed, or put into pages, each between its marks.

A page marks the place of a table by ``<!-- table: MARK -->`` and the next ``<!-- end -->``.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping, Sequence
from pathlib import Path


def parser(doc: str | None) -> argparse.ArgumentParser:
    """Make the command line of a script that makes tables: its first line, and pages to fill."""
    made = argparse.ArgumentParser(description=(doc or "").splitlines()[0])
    made.add_argument("files", type=Path, nargs="*", help="Markdown files with marked places")
    return made


def publish(made: Mapping[str, Sequence[str]], files: Sequence[Path]) -> None:
    """Put every table where the files mark its place, or print them all where there is no file.

    Nothing is written unless each has a place.
    """
    if not files:
        print("\n\n".join("\n".join([mark, "", *lines]) for mark, lines in made.items()))
        return
    texts = {file: file.read_text(encoding="utf-8") for file in files}
    for mark, lines in made.items():
        places = [file for file, text in texts.items() if _begin(mark) in text]
        for file in places or files[:1]:
            texts[file] = put(texts[file], mark, lines)
    for file, text in texts.items():
        file.write_text(text, encoding="utf-8")


def put(text: str, mark: str, lines: Sequence[str]) -> str:
    """Put lines between ``<!-- table: MARK -->`` and the next ``<!-- end -->``."""
    begin, end = _begin(mark), "<!-- end -->"
    body = "\n".join(["", *lines, ""])
    pattern = re.compile(re.escape(begin) + r".*?" + re.escape(end), re.DOTALL)
    changed, found = pattern.subn(lambda _: f"{begin}{body}{end}", text)
    if not found:
        raise SystemExit(f"no place is marked {begin}")
    return changed


def _begin(mark: str) -> str:
    return f"<!-- table: {mark} -->"
