"""Make the notebook of the tour anew: run its cells in a kernel, and keep what they show.

    python -m pip install nbclient ipykernel
    python experiments/tour.py docs/tour.ipynb

What the cells say stands in the notebook; this runs them in their order in a fresh kernel.
"""

from __future__ import annotations

import argparse
from pathlib import Path


def main() -> None:
    """Run the notebook's cells, and write it back with what they show."""
    import nbformat
    from nbclient import NotebookClient

    asked = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    asked.add_argument("file", type=Path, metavar="NOTEBOOK")
    file: Path = asked.parse_args().file
    book = nbformat.read(file, as_version=4)
    NotebookClient(book, kernel_name="python3").execute()
    for cell in book.cells:
        cell.metadata.clear()  # the times of execution differ each time
        if "outputs" in cell:  # warnings of the kernel are not the tour's
            cell.outputs = [o for o in cell.outputs if o.get("name") != "stderr"]
    nbformat.write(book, file)


if __name__ == "__main__":
    main()
