"""Focusing events: who is hit cares more, it fades, and with nothing to it nothing changes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.core.agenda import session
from sim.core.ask import play
from sim.core.world import World, begin
from sim.errors import InputError
from sim.mechanisms.incidents import suffered
from sim.scenario import load
from tests.attacked import ATTACKED, made, mean, played
from tests.chunks import assert_chunk_free
from tests.small import write

FOCUSED = f"{ATTACKED}focusing: [CIP]\n"
STRONG = "parameters.focusing=0.5"


def after(folder: Path, sessions: int, *settings: str, text: str = FOCUSED) -> tuple[World, World]:
    """The world before session 1, and after so many."""
    setting = made(folder, *settings, text=text)
    worlds = begin(setting, range(32)), begin(setting, range(32))
    for number in range(1, sessions + 1):
        play(session(setting, worlds[1], number))
    return worlds


def test_who_is_hit_cares_more_about_the_issue_and_no_other(tmp_path: Path) -> None:
    first, last = after(tmp_path, 1, STRONG)
    setting = made(tmp_path, STRONG, text=FOCUSED)
    more = (last.salience - first.salience)[:, :, setting.issues.index("CIP")]
    hit = suffered(setting, last, 1)
    at_home = {setting.slot("USA"), setting.slot("ACME")}  # the state cares for its company
    others = [n for n in range(len(setting.actors)) if n not in at_home]
    assert np.all(more[:, others][hit[:, others] > 0] > 0)
    assert not more[:, others][hit[:, others] == 0].any()
    cbm = setting.issues.index("CBM")
    assert np.array_equal(last.salience[:, :, cbm], first.salience[:, :, cbm])


def test_attention_fades(tmp_path: Path) -> None:
    stops = [f"incidents.{name}.activity: 0" for name in ("Russia", "China", "gang")]
    quiet = f"events=[{{session: 2, set: {{{', '.join(stops)}}}}}]"
    of = played(tmp_path, STRONG, text=FOCUSED)
    still = played(tmp_path, STRONG, quiet, text=FOCUSED)
    assert mean(still, "attention") < 0.2 * mean(of, "attention")
    first, last = after(tmp_path, 8, STRONG, quiet)
    _, one = after(tmp_path, 1, STRONG, quiet)
    cip = 0
    gained, left = (w.salience[:, :, cip] - first.salience[:, :, cip] for w in (one, last))
    assert left[gained > 0] == pytest.approx(gained[gained > 0] * 0.5 ** (7 * 0.5))


def test_without_it_all_is_as_without_it(tmp_path: Path) -> None:
    off = "parameters.focusing=0"
    plain, focused = played(tmp_path, off, runs=32), played(tmp_path, off, text=FOCUSED, runs=32)
    for column in plain.table:
        assert np.array_equal(plain.number(column), focused.number(column), equal_nan=True), column


def test_runs_do_not_see_each_other(tmp_path: Path) -> None:
    assert "focusing" in assert_chunk_free(made(tmp_path, STRONG, text=FOCUSED), 4)


def test_what_is_wrong_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        load(write(tmp_path, f"{ATTACKED}focusing: [XYZ]\n"))
    assert caught.value.mistakes[0].field.startswith("focusing")
