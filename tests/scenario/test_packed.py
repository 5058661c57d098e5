"""A packed scenario is the same scenario, wherever it is read again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.scenario import load, pack, packed, unpack
from sim.scenario.packed import Packed
from sim.shipped import scenarios
from tests.played import scenario
from tests.small import write

CHANGES = ("USA=absent", "parameters.memory=0.5")


@pytest.mark.parametrize("name", scenarios())
def test_what_is_unpacked_says_the_same_and_is_changed_the_same(name: str) -> None:
    there, changed = scenario(name), load(name, CHANGES)
    sent = Packed.of(json.loads(json.dumps(pack(there).data())))
    again = unpack(sent)
    assert again.digest() == there.digest()
    assert again.name == there.name
    assert unpack(sent, CHANGES).digest() == changed.digest() != there.digest()
    assert unpack(pack(changed)).digest() == changed.digest()


def test_its_own_files_travel_with_it(tmp_path: Path) -> None:
    file = write(tmp_path)
    scenario = load(file)
    sent, digest = pack(scenario), scenario.digest()
    assert "votes.csv" in sent.files
    for left in tmp_path.iterdir():
        left.unlink()
    again = unpack(sent)
    assert again.digest() == digest
    stage = again.record["73/27"]["plenary"]
    assert stage.votes
    assert stage.votes.read_text() == sent.files["votes.csv"]


def test_what_is_hidden_stays_behind() -> None:
    scenario = load("rival-resolutions-2018")
    for sent in (pack(scenario.untold()), pack(scenario, record=False)):
        assert "data/recorded_votes.csv" not in sent.files
        assert not unpack(sent).record
        assert scenario.about not in sent.said


def test_a_table_s_actor_still_cannot_be_taken_away() -> None:
    with pytest.raises(InputError, match="comes from a table"):
        unpack(pack(load("oewg-2021")), ["actors.and.NOR=null"])


def test_a_wrong_setting_is_named_with_the_nearest_right_one() -> None:
    with pytest.raises(InputError, match="memory"):
        unpack(pack(load("oewg-2021")), ["parameters.memry=1"])


def test_its_digest_tells_two_scenarios_apart() -> None:
    one, same, other = (load("oewg-2021", s) for s in ([], [], ["parameters.memory=1"]))
    assert pack(one).digest == pack(same).digest != pack(other).digest


def test_a_file_that_differs_from_the_shipped_one_is_what_is_read() -> None:
    sent = pack(load("oewg-2021"))
    text = sent.files["data/worlds_2021.csv"]
    cut = "\n".join(text.splitlines()[:-1]) + "\n"
    again = unpack(packed.Packed(sent.name, sent.said, {"data/worlds_2021.csv": cut}))
    assert again.worlds
    assert again.worlds.read_text() == cut
