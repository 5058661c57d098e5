"""The outputs of docs/how-to/answer.md: analysts' questions, each one command.

    python experiments/answers.py docs/how-to/answer.md

Every command between ``<!-- table: answer NAME -->`` and ``<!-- end -->`` is run, and its output
put below it.
"""

from __future__ import annotations

import contextlib
import io
import shlex
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from pages import parser, publish

from sim.cli import main

COMMANDS = {
    "singapore": "plenary why rival-resolutions-2018 Singapore --draft 73/266",
    "india": "plenary why rival-resolutions-2018 India --draft 73/266 --run 5",
    "india and brazil": "plenary why rival-resolutions-2018 India --draft 73/27 --versus Brazil",
    "without the usa": "plenary why rival-resolutions-2018 Mexico --draft 73/27"
    " --against USA=absent",
    "whom to lobby": "plenary whip cybercrime-2019 74/247 --defeat",
    "two thirds": "plenary whip cybercrime-2019 74/247 --carry"
    " --set forums.general_assembly.rules=two_thirds",
    "experts": "plenary whip gge-2017 report --carry",
    "cuba": "plenary why gge-2017 Cuba",
    "humanitarian law": "plenary bargain gge-2017",
    "concessions": "plenary bargain rival-resolutions-2018 --draft 73/27",
    "one clause": "plenary bargain rival-resolutions-2018 --draft 73/27 --clause OP5-others",
    "african bloc": "plenary compare rival-resolutions-2018 --runs 100 --no-figures"
    " --set 'blocs.AU={members: group AU, cohesion: 100, line: median}'",
    "brazil and india": "plenary compare rival-resolutions-2018 --runs 100 --no-figures"
    " --set BRA.position.SOV=85 --set IND.position.SOV=85",
}


def output(command: str) -> list[str]:
    """Run a command in this process: what it prints, below itself, as a block of a page."""
    sys.argv = shlex.split(command)
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.suppress(SystemExit):
        main()
    return ["```", f"$ {command}", "", *said.getvalue().rstrip().splitlines(), "```"]


def made() -> dict[str, list[str]]:
    """Every output, by the mark of its place."""
    return {f"answer {name}": output(command) for name, command in COMMANDS.items()}


if __name__ == "__main__":
    files = parser(__doc__).parse_args().files
    publish(made(), files)
