"""`gateway doctor`: what is wrong with this installation, and how to mend it."""

from dataclasses import asdict
from pathlib import Path

import typer

from gateway import show
from gateway.doctor import examine
from gateway.findings import Weight
from gateway.options import Home, Json


def doctor(home: Home = Path("gateway-home"), *, json: Json = False) -> None:
    """Say what is wrong with this installation and how to mend it. Exit 1: something must be mended."""
    found = examine(home)
    if json:
        show.as_json({"findings": [asdict(it) for it in found]})
    else:
        show.table(
            ("check", "finding", "what", "how to mend it"), [(it.check, it.weight, it.what, it.cure) for it in found]
        )
    raise typer.Exit(1 if any(it.weight is Weight.FAULT for it in found) else 0)
