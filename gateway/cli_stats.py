"""`gateway stats`: what the gateway has done, in figures."""

from dataclasses import asdict
from pathlib import Path

from gateway import bootstrap, reviewing, show
from gateway.core.review import Precision
from gateway.options import Home, Json


def stats(home: Home = Path("gateway-home"), *, json: Json = False) -> None:
    """Count learners, ULNs, records by outcome and questions, and tell how often automatic links were right."""
    with bootstrap.opened(home) as house:
        figures = house.record.review.figures.figures()
    live = reviewing.live_precision(figures)
    counts = {name: count for name, count in figures.items() if not name.startswith("links.")}
    if json:
        show.as_json(counts | {"live_precision": {name: asdict(it) for name, it in live.items()}})
        return
    show.table(("what", "how many"), list(counts.items()))
    show.table(("automatic links", "right"), [(name, _words(it)) for name, it in live.items()])


def _words(found: Precision) -> str:
    if found.share is None or found.low is None or found.high is None:
        return "nobody has looked at any yet"
    interval = f"{found.low:.1%} to {found.high:.1%} at 95 %"
    return f"{found.right:,} of {found.looked_at:,} looked at: {found.share:.1%} ({interval})"
