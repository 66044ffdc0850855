"""`gateway match`: who the learners of a file are, without registering anybody."""

import sys
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import Annotated, TextIO

import typer

from gateway import acting, bootstrap, show
from gateway.auditing import operator
from gateway.core.audit import Gathered
from gateway.options import Home


def _opened(out: Path | None) -> AbstractContextManager[TextIO]:
    return nullcontext(sys.stdout) if out is None else out.open("w", encoding="utf-8", newline="")


def match(
    file: Annotated[Path, typer.Argument(exists=True, help="A CSV or Parquet file, one learner a row.")],
    home: Home = Path("gateway-home"),
    out: Annotated[Path | None, typer.Option("--out", help="Write the answers here, not to the screen.")] = None,
) -> None:
    """Match the learners of a file against the register as the pipeline does, and register nobody."""
    from gateway import match_file

    with bootstrap.opened(home) as house:
        reads = Gathered(partial(house.record.audit.note, operator(acting.user(), "match")))
        with _opened(out) as written:
            count = match_file.write(file, written, house.gateway.register, read=reads)
        reads.end()
    if out is None:
        return
    show.out.print(f"{count:,} learners matched", markup=False)
