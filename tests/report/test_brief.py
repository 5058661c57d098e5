"""The brief: one page, a document and six slides, with the same in each."""

from __future__ import annotations

import io
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import Finish
from report_folders import folder_of, sweep

from sim import report
from sim.errors import RunError
from sim.report import brief, document, dossier, html, slides
from sim.report.parts import Note, Persuadable

SLIDES = [
    "01-question.png",
    "02-answer.png",
    "03-how-sure.png",
    "04-what-would-change-it.png",
    "05-persuadables.png",
    "06-limits.png",
]
A4 = (297 - 2 * 12) / 25.4 * 72  # points of height within the margins
A_LINE = 112  # letters


@pytest.fixture(scope="module")
def read(drawn: Path) -> dossier.Dossier:
    return dossier.read(drawn)


def words_of(data: bytes) -> str:
    docx = pytest.importorskip("docx")
    found = docx.Document(io.BytesIO(data))
    return "\n".join(p.text for p in found.paragraphs)


def height(short: brief.Brief) -> float:
    """About how high the page is in print, in points, by the sizes of its template."""
    parts = (*short.answer, *map(str, short.chances), *short.how_sure, *short.limits)
    parts += short.baselines
    parts += (
        *short.what_would_change_it,
        *map(str, short.persuadables[: brief.ON_PAGE]),
        short.question,
    )
    lines = sum(-(-len(sentence) // A_LINE) for sentence in parts)
    figure = 0.42 * 180 / 25.4 * 72 * 9 / 16 + 6
    return lines * 8.8 * 1.35 + len(parts) + 6 * 22 + 46 + figure + 24


def test_the_longest_brief_holds_a_page(read: dossier.Dossier) -> None:
    long = tuple("a sentence that goes on and on " * 20 for _ in range(9))
    most = replace(
        read,
        question=long[0],
        title=long[0],
        findings=tuple(map(Note, long)),
        how_sure=long,
        baselines=long,
        what_would_change_it=long,
        limits=long,
        chances=tuple(replace(read.chances[0], what="w" * 90) for _ in range(9)),
        persuadables=(Persuadable("A name of a country", "73/27", "in favour", 0.4, "x", 0.3),) * 9,
    )
    short = brief.brief(most)
    assert all(len(s) <= brief.LONGEST for s in (*short.answer, *short.limits, short.question))
    assert height(brief.brief(read)) < height(short) < A4


def test_commands_are_left_to_those_who_have_the_program(read: dossier.Dossier) -> None:
    assert b"<code>plenary run" in html.page(read)
    assert b"<code>plenary run" not in html.one_page(read)


def test_the_picture_is_of_the_first_draft(read: dossier.Dossier) -> None:
    picture = brief.brief(read).picture
    assert picture is not None
    assert picture.file == "figures/board-73-27.png"


def test_the_document_says_what_the_page_says(read: dossier.Dossier) -> None:
    short = brief.brief(read)
    said = words_of(document.document(short, None))
    page = html.one_page(read).decode()
    assert short.baselines[0].startswith("The dynamics change ")
    told = (short.title, *short.answer, *short.limits, *short.baselines)
    for sentence in (*told, *map(str, short.chances)):
        assert sentence in said
        assert sentence.replace("'", "&#39;") in page


def test_the_document_has_its_figure_with_words_for_it(read: dossier.Dossier) -> None:
    short = brief.brief(read)
    assert short.picture is not None
    data = document.document(short, read.read(short.picture.file))
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        inside = parts.read("word/document.xml").decode()
        assert any(name.startswith("word/media/") for name in parts.namelist())
    assert f'descr="{short.picture.title}' in inside


def test_the_document_has_no_clock(read: dossier.Dossier, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    first = document.document(brief.brief(read), None)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 86_400 * 400)
    assert document.document(brief.brief(read), None) == first


def test_slides_are_the_same_each_time(read: dossier.Dossier, tmp_path: Path) -> None:
    files = slides.save(brief.brief(read), tmp_path)
    assert [file.name for file in files] == SLIDES
    again = slides.save(brief.brief(read), tmp_path / "again")
    assert [f.read_bytes() for f in files] == [f.read_bytes() for f in again]


def longest(short: brief.Brief) -> brief.Brief:
    """A brief in which every sentence is as long as one may be."""
    long = ("What if forums.general_assembly.drafting=sponsors_and_chair, wide " * 4)[:220]
    return replace(
        short,
        title=long,
        question=long,
        answer=(long,) * 3,
        how_sure=(long,) * 2,
        baselines=(long,) * 2,
        what_would_change_it=(long,) * 3,
        limits=(long,) * 3,
        ground=long,
    )


@pytest.mark.parametrize("long", [False, True])
def test_nothing_on_a_slide_leaves_it(read: dossier.Dossier, long: bool) -> None:
    """No ink in the margins, whatever is said, and no sentence is cut."""
    short = brief.brief(read)
    for name, slide in slides.slides(longest(short) if long else short):
        slide.canvas.draw()
        seen = np.asarray(slide.canvas.buffer_rgba())[..., :3]
        edges = [seen[:, :40], seen[:, -40:], seen[:12], seen[-4:]]
        assert all(np.all(edge == 255) for edge in edges), name


def test_long_sentences_are_set_smaller_and_not_cut() -> None:
    long = tuple("word " * 45 for _ in range(4))
    told = slides._lines(long, 20)
    assert [" ".join(lines).split() for lines in told] == [s.split() for s in long]
    assert slides._height(long, 20) < slides._height(long, 30)


def test_a_brief_of_a_sweep_and_of_a_room(room: Path, tmp_path: Path) -> None:
    for folder in (room, folder_of(sweep(), tmp_path / "sweep")):
        read = dossier.read(folder)
        assert len(list(slides.slides(brief.brief(read)))) == 6
        assert b"Brief, one page" in html.one_page(read)


def test_without_python_docx_nothing_is_written(
    finished: Finish, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = finished(runs=8)
    before = sorted(folder.rglob("*"))
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(RunError, match=r'pip install "plenary\[brief\]"'):
        report.write(folder, brief=True)
    assert sorted(folder.rglob("*")) == before
    assert [file.name for file in report.write(folder)] == ["report.html"]
