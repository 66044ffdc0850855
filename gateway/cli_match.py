"""`gateway match`: who the learners of a file are, without registering anybody."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap, show
from gateway.options import Home


def match(
    file: Annotated[Path, typer.Argument(exists=True, help="A CSV or Parquet file, one learner a row.")],
    home: Home = Path("gateway-home"),
    out: Annotated[Path | None, typer.Option("--out", help="Write the answers here, not to the screen.")] = None,
) -> None:
    """Match the learners of a file against the register as the pipeline does, and register nobody."""
    from gateway import match_file

    with bootstrap.opened(home) as house:
        if out is None:
            match_file.write(file, sys.stdout, house.gateway.register)
            return
        with out.open("w", encoding="utf-8", newline="") as written:
            count = match_file.write(file, written, house.gateway.register)
    show.out.print(f"{count:,} learners matched", markup=False)
