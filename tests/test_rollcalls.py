"""Roll calls as the UN Digital Library and Voeten publish them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim import record
from sim.errors import InputError
from sim.record import ABSTAINING, AGAINST, IN_FAVOUR, NO_SEAT, NOT_VOTING

LIBRARY = (
    "undl_id,ms_code,ms_name,ms_vote,date,session,resolution,title\n"
    '1,USA,UNITED STATES,N,2018-12-05,73,A/RES/73/27,"Developments, again : resolution"\n'
    "1,CHN,CHINA,Y,2018-12-05,73,A/RES/73/27,Developments\n"
    "1,,COTE D'IVOIRE,A,2018-12-05,73,A/RES/73/27,Developments\n"
    "1,TUR,TÜRKİYE,X,2018-12-05,73,A/RES/73/27,Developments\n"
    "2,USA,UNITED STATES,Y,2019-01-02,73,A/RES/73/999,A new text : resolution\n"
)
VOETEN = (
    "rcid,ccode,Country,vote,date,unres,amend,para,short\n"
    "9,2,USA,3,2018-12-05,R/73/27,0,0,ICT\n"
    "9,710,,1,2018-12-05,R/73/27,0,0,ICT\n"
    "9,437,CIV,2,2018-12-05,R/73/27,0,0,ICT\n"
    "9,640,TUR,8,2018-12-05,R/73/27,0,0,ICT\n"
    "9,626,SSD,9,2018-12-05,R/73/27,0,0,ICT\n"
    "8,2,USA,1,2018-12-05,R/73/27,0,1,ICT\n"
    "10,2,USA,1,2019-01-02,R/73/999,0,0,\n"
)


def votes(folder: Path, text: str) -> record.Votes:
    (folder / "t.csv").write_text(text, encoding="utf-8-sig")
    return record.votes(folder / "t.csv")


@pytest.mark.parametrize("text", [LIBRARY, VOETEN], ids=["library", "voeten"])
def test_both_are_known_by_their_header(tmp_path: Path, text: str) -> None:
    found = votes(tmp_path, text)
    cast = dict(zip(found.states, found.of("73/27").tolist(), strict=True))
    wanted = {"USA": AGAINST, "CHN": IN_FAVOUR, "CIV": ABSTAINING, "TUR": NOT_VOTING}
    assert {state: cast[state] for state in wanted} == wanted
    assert cast.get("SSD", NO_SEAT) == NO_SEAT
    assert found.topics[found.column["73/27"]] == "cyber_security"  # as the shipped table has it
    assert found.series[found.column["73/27"]] == "developments in ICT"
    assert found.topics[found.column["73/999"]] == "other"
    assert (found.of("73/999") != NO_SEAT).sum() == 1
    assert found.notes == ()


def test_a_text_that_is_not_known_carries_on_those_of_its_title(tmp_path: Path) -> None:
    later = "3,USA,,Y,2020-01-02,74,A/RES/74/999,A New Text : resolution\n"
    found = votes(tmp_path, LIBRARY + later)
    alike = [r for r, s in zip(found.resolutions, found.series, strict=True) if s == "a new text"]
    assert alike == ["73/999", "74/999"]


def test_states_that_ended_are_no_new_states_and_are_told_of(tmp_path: Path) -> None:
    old = (
        "3,SUN,USSR,Y,1985-12-01,40,A/RES/40/1,x\n"
        "3,DDR,GERMAN DEMOCRATIC REPUBLIC,Y,1985-12-01,40,A/RES/40/1,x\n"
        "3,YUG,YUGOSLAVIA,Y,1985-12-01,40,A/RES/40/1,x\n"
        "4,YUG,YUGOSLAVIA,N,2001-12-01,56,A/RES/56/1,x\n"
    )
    found = votes(tmp_path, LIBRARY + old)
    assert set(found.states) == {"USA", "CHN", "CIV", "TUR", "RUS", "SRB"}
    russia, serbia = found.states.index("RUS"), found.states.index("SRB")
    assert found.of("40/1")[russia] == IN_FAVOUR
    np.testing.assert_array_equal(
        [found.of(r)[serbia] for r in ("40/1", "56/1")], [NO_SEAT, AGAINST]
    )
    carried, left_out = found.notes
    assert "SUN as RUS, YUG as SRB" in carried
    assert "1 of DDR, 1 of YUG" in left_out


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (LIBRARY.replace(",N,2018", ",Q,2018"), "t.csv:2: ms_vote: is not a vote"),
        (LIBRARY.replace("CHN,CHINA", "QQQ,Chnia"), "t.csv:3: is no state that is known.*QQQ"),
        (LIBRARY + LIBRARY.splitlines()[1].replace(",N,", ",Y,"), "t.csv:7: .*voted twice"),
        (LIBRARY.replace("2018-12-05", "5 Dec"), "t.csv:2: date: is not a date"),
        (LIBRARY.splitlines()[0] + "\n", "holds no votes"),
        (LIBRARY.replace("date", "day"), "t.csv:1: date: this column is missing"),
        (VOETEN.replace(",3,2018", ",4,2018"), "t.csv:2: vote: is not a vote.*1, 2, 3, 8, 9"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        votes(tmp_path, text)
