"""The sealed record: it says what the runs said, holds its seal, and can be made again."""

from __future__ import annotations

import copy
import datetime as dt
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim import record as votes_on_record
from sim.analysis.baselines import TEXTS
from sim.errors import InputError
from sim.sealed import record
from sim.sealed.scoring import judge
from sim.study.run import play
from tests.sealed.conftest import NOW, RUNS, seal, write

Data = dict[str, Any]


def ballot(made: Data, draft: str = "L.59", stage: str = "plenary") -> Data:
    return next(
        b for b in made["forecast"]["ballots"] if (b["draft"], b["stage"]) == (draft, stage)
    )


def baseline(made: Data, name: str, draft: str = "L.59", stage: str = "plenary") -> Data:
    return next(
        b
        for b in made["baselines"]
        if (b["draft"], b["stage"], b["baseline"]) == (draft, stage, name)
    )


# What it says


def test_it_says_what_the_runs_said(vote: Data, tmp_path: Path) -> None:
    run = play(str(write(tmp_path)), runs=RUNS)
    assert len(vote["forecast"]["ballots"]) == 4
    said = ballot(vote)
    adopted = run.outcomes.number("L.59.plenary.adopted").mean()
    assert said["adopted"]["chance"] == adopted
    assert said["adopted"]["low"] <= adopted <= said["adopted"]["high"]
    chances = run.outcomes.chances("L.59", "plenary")
    usa = chances[run.setting.slot("USA")]
    assert sum(said["actors"]["USA"].values()) == pytest.approx(1.0)
    assert said["actors"]["USA"].get("against", 0.0) == usa[4]
    assert "ACME" not in said["actors"]  # no seat, no vote
    favour = said["tally"]["in_favour"]
    assert favour["low"] <= favour["mean"] <= favour["high"]
    assert (said["day"], said["forum"]) == ("2031-10-01", "room")
    values = run.outcomes.number("L.59.OP3.value") * 100
    clause = vote["forecast"]["clauses"][0]
    assert clause["came_out"] == pytest.approx(values.mean(), abs=1e-6)
    assert set(clause["baselines"]) == set(TEXTS)
    assert clause["baselines"]["status quo"] == 40.0


def test_a_room_of_consensus_says_who_dissociates_and_blocks(room: Data) -> None:
    (said,) = room["forecast"]["ballots"]
    assert said["seeks_consensus"] is True
    assert {"blocking", "dissociating"} <= said["tally"].keys()
    assert said["carried_by"] is None  # counts alone do not tell
    kinds = set().union(*said["actors"].values())
    assert {"accepting", "blocking"} <= kinds
    assert not kinds & {"in_favour", "against", "abstaining"}
    assert {b["baseline"] for b in room["baselines"]} == {
        "own positions alone",
        "every text is adopted",
        "even chance",
    }


def test_what_a_baseline_cannot_tell_is_null(tmp_path: Path) -> None:
    """Members that weigh nothing have no weighted mean; it is sealed all the same."""
    text = write(tmp_path).read_text(encoding="utf-8").replace("}, capability: 90}", "}}")
    for actor in ("USA", "RUS", "FRA", "DEU", "BRA", "IND"):
        text = text.replace(f"    {actor}: {{position", f"    {actor}: {{capability: 0, position")
    made = seal(write(tmp_path, text), runs=4)
    assert {c["baselines"]["weighted mean"] for c in made["forecast"]["clauses"]} == {None}


def test_when_and_with_what_it_was_made(vote: Data) -> None:
    assert vote["sealed"] == {"day": "2031-09-01", "time": "2031-09-01T12:30:15Z"}
    made = vote["made_with"]
    assert (made["seed"], made["runs"], made["worlds"]) == (7, RUNS, RUNS // 4)
    assert {"plenary", "python", "numpy", "code", "tables"} <= made.keys()
    assert set(made["tables"]) == set(record.TABLES)
    assert len(vote["scenario"]["digest"]) == 64


def test_the_same_moment_seals_the_same_and_another_another(tmp_path: Path, vote: Data) -> None:
    file = write(tmp_path)
    assert seal(file) == vote
    later = seal(file, NOW + dt.timedelta(seconds=1))
    assert later["forecast"] == vote["forecast"]
    assert later["seal"] != vote["seal"]
    assert seal(file, note="a word")["seal"] != vote["seal"]


# The baselines


def test_every_baseline_is_sealed_with_it(vote: Data) -> None:
    found = {b["baseline"] for b in vote["baselines"] if b["stage"] == "plenary"}
    assert found == {
        *("base rate", "own rate", "one cut", "own positions alone"),
        *("every text is adopted", "even chance"),
    }  # these drafts follow no earlier text, so there is no last vote


def test_rates_are_those_of_the_record(vote: Data) -> None:
    known = votes_on_record.votes()
    usa = known.codes[known.states.index("USA")]
    seated = (usa <= votes_on_record.NOT_VOTING).sum()
    own = baseline(vote, "own rate")["actors"]
    assert own["USA"]["against"] == pytest.approx((usa == votes_on_record.AGAINST).sum() / seated)
    rates = baseline(vote, "base rate")["actors"]
    assert len({json.dumps(of, sort_keys=True) for of in rates.values()}) == 1
    six = [known.states.index(a) for a in ("USA", "RUS", "FRA", "DEU", "BRA", "IND")]
    cast = known.codes[six]
    share = (cast == votes_on_record.IN_FAVOUR).sum() / (cast <= votes_on_record.NOT_VOTING).sum()
    assert rates["USA"]["in_favour"] == pytest.approx(share)


def test_the_last_vote_of_a_series_is_called_again(tmp_path: Path) -> None:
    text = (write(tmp_path).read_text(encoding="utf-8")).replace(
        "        sponsors: [RUS]\n", '        sponsors: [RUS]\n        series: ["73/27"]\n'
    )
    made = seal(write(tmp_path, text), runs=4)
    known = votes_on_record.votes()
    cast = dict(zip(known.states, known.of("73/27").tolist(), strict=True))
    called = baseline(made, "last vote")["actors"]
    assert called["USA"] == {"against": 1.0}
    assert {a for a, c in called.items() if c == {"in_favour": 1.0}} == {
        a for a in called if cast[a] == votes_on_record.IN_FAVOUR
    }
    topic = known.topics[known.column["73/27"]]
    count = known.topics.count(topic)
    assert f"{count} votes on {topic}" in baseline(made, "base rate")["about"]


def test_own_positions_alone_know_no_bloc(vote: Data, tmp_path: Path) -> None:
    without = write(tmp_path).read_text(encoding="utf-8").replace("cohesion: 60", "cohesion: 0")
    made = seal(write(tmp_path, without))
    for name in ("L.59", "L.60"):
        mine, theirs = (baseline(m, "own positions alone", name) for m in (vote, made))
        assert mine == theirs


# The seal


def test_anybody_can_compute_the_seal(sealed: Path, vote: Data) -> None:
    """The recipe of the how-to, without any code of ours."""
    said = json.loads(sealed.read_text(encoding="utf-8"))
    kept = said.pop("seal")
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert hashlib.sha256(text.encode()).hexdigest() == kept == vote["seal"]


CHANGES: dict[str, Callable[[Data], object]] = {
    "a chance": lambda d: d["forecast"]["ballots"][0]["adopted"].update(chance=0.5),
    "a vote": lambda d: d["forecast"]["ballots"][1]["actors"]["USA"].update(against=1.0),
    "the day": lambda d: d["sealed"].update(day="2031-01-01"),
    "the note": lambda d: d.update(note="as I always said"),
    "a baseline": lambda d: d["baselines"].pop(),
    "the inputs": lambda d: d["inputs"].update(name="other"),
    "something new": lambda d: d.update(more=1),
    "the seal": lambda d: d.update(seal="0" * 64),
}


@pytest.mark.parametrize("what", CHANGES)
def test_whatever_is_changed_breaks_the_seal(what: str, vote: Data, tmp_path: Path) -> None:
    changed = copy.deepcopy(vote)
    CHANGES[what](changed)
    file = tmp_path / "changed.json"
    file.write_text(json.dumps(changed), encoding="utf-8")
    assert not record.holds(record.read(file))
    with pytest.raises(InputError, match="the seal is broken"):
        record.whole(file)
    with pytest.raises(InputError, match="the seal is broken"):
        judge(file, tmp_path / "none.csv")


def test_another_layout_of_the_same_content_holds(vote: Data, tmp_path: Path) -> None:
    file = tmp_path / "flat.json"
    turned = dict(reversed(list(vote.items())))
    file.write_text(json.dumps(turned, ensure_ascii=True), encoding="utf-8")
    assert record.holds(record.whole(file))


def test_a_key_written_twice_is_refused(sealed: Path) -> None:
    """Else a reader sees the first value while the seal is of the second."""
    text = sealed.read_text(encoding="utf-8")
    sealed.write_text(text.replace('"note": ""', '"note": "hm",\n "note": ""'), encoding="utf-8")
    with pytest.raises(InputError, match="'note' is written twice"):
        record.read(sealed)


# Files


@pytest.mark.parametrize(
    "damaged",
    [
        *(b"", b"\x00\xff\xfe", b"null", b"[]", b'"seal"', b"{}", b'{"seal": 3}', b"{"),
        *(b'{"seal": "x", "a": NaN}', b'{"seal": "x", "a": "\\ud800"}', b"[" * 100_000),
        *(b'{"seal": "x", "a": 1e999}', b'{"seal": "x", "n": ' + b"9" * 6_000 + b"}"),
    ],
)
def test_damaged_files_are_told_in_a_sentence(damaged: bytes, tmp_path: Path) -> None:
    file = tmp_path / "damaged.json"
    file.write_bytes(damaged)
    with pytest.raises(InputError, match=r"damaged\.json"):
        record.whole(file)


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    for file in (tmp_path / "none.json", tmp_path):
        with pytest.raises(InputError, match="cannot be read"):
            record.read(file)


@pytest.mark.parametrize(
    "path", ["format", "sealed", "forecast", "inputs", "made_with", "scenario"]
)
@pytest.mark.parametrize("put", [None, 3, "word", [], {}])
def test_a_seal_over_something_else_is_no_forecast(
    path: str, put: object, vote: Data, tmp_path: Path
) -> None:
    """Whoever makes up a file can seal it too: it is refused, and breaks nothing."""
    other = {**copy.deepcopy(vote), path: put}
    other["seal"] = record.seal(other)
    file, happened = tmp_path / "other.json", tmp_path / "happened.csv"
    file.write_text(json.dumps(other), encoding="utf-8")
    happened.write_text("draft,adopted\nL.59,yes\n", encoding="utf-8")
    with pytest.raises(InputError):
        use(file, happened)


def use(file: Path, happened: Path) -> None:
    """All that is done with a sealed file."""
    said = record.whole(file)
    record.again(said, file)
    judge(file, happened)


def test_a_file_that_is_there_is_never_written_over(vote: Data, sealed: Path) -> None:
    before = sealed.read_bytes()
    with pytest.raises(InputError, match="not overwritten"):
        record.refuse_existing(sealed)
    with pytest.raises(InputError, match="not overwritten"):
        record.write(vote, sealed)
    assert sealed.read_bytes() == before
    assert [f.name for f in sealed.parent.iterdir()] == [sealed.name]


# Again


@pytest.mark.parametrize("kind", ["vote", "room"])
def test_it_is_made_again_bit_for_bit(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    made: Data = request.getfixturevalue(kind)
    file = tmp_path / "again.json"
    record.write(made, file)
    assert record.again(record.whole(file), file) == []
    changed = {**made["made_with"], "code": "0" * 64}
    assert record.made_with({**made, "made_with": changed}) == ["plenary's code was changed since"]


def test_a_forecast_that_its_inputs_do_not_give_is_found(vote: Data, tmp_path: Path) -> None:
    """A number made up before sealing has a seal that holds, and is found by playing again."""
    other = copy.deepcopy(vote)
    other["forecast"]["ballots"][1]["adopted"]["chance"] = 0.123
    other["baselines"][0]["adopted"] = 0.9
    other["made_with"]["numpy"] = "1.0"
    other["seal"] = record.seal(other)
    file = tmp_path / "other.json"
    file.write_text(json.dumps(other), encoding="utf-8")
    found = record.again(record.whole(file), file)
    assert found == ["forecast.ballots.2.adopted.chance", "baselines.1.adopted"]
    assert any(said.startswith("numpy 1.0 then") for said in record.made_with(other))


def test_numbers_survive_the_file(vote: Data, sealed: Path) -> None:
    assert record.read(sealed) == vote
    assert all(np.isfinite(p) for b in vote["forecast"]["ballots"] for p in b["adopted"].values())
