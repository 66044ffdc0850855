"""`make torture`: kill whatever a gateway consists of, under load, and check that nothing is lost or doubled."""

import logging
import os
import sys
import tempfile
from pathlib import Path

from gateway import show
from tests.torture.blows import NO_STEP, STEPS
from tests.torture.run import Outcome, Plan, clear, torture

_KILLS = 100
_SHOWN = 50


def main() -> int:
    """Run as DURATION (seconds), KILLS and SEED of the environment say; 100 kills where nothing is said."""
    logging.getLogger("paramiko").addHandler(logging.NullHandler())  # connections that break are its daily bread
    seconds, kills = os.environ.get("DURATION"), os.environ.get("KILLS")
    plan = Plan(
        seed=int(os.environ.get("SEED", "1")),
        kills=int(kills) if kills else None if seconds else _KILLS,
        seconds=float(seconds) if seconds else None,
    )
    home = Path(tempfile.mkdtemp(prefix="gateway-torture-")) / "home"
    outcome = torture(home, plan)
    tell(outcome)
    if outcome.faults:
        show.out.print(f"The home is still at {home}.", markup=False, soft_wrap=True)
        return 1
    clear(home)
    home.parent.rmdir()
    return 0


def tell(outcome: Outcome) -> None:
    """Print kills by step and by victim, what else was done, and every fault."""
    steps = (*STEPS, NO_STEP)
    victims = sorted({victim for victim, _ in outcome.kills})
    rows = [(it, *(outcome.kills[it, step] for step in steps), _of(outcome, victim=it)) for it in victims]
    rows.append(("all together", *(_of(outcome, step=step) for step in steps), outcome.kills.total()))
    show.table(("killed", *steps, "kills"), rows, title="Kills by the step that they hit")
    hit = outcome.kills.total() - _of(outcome, step=NO_STEP)
    figures = {
        "kills that hit a submission in progress": f"{100 * hit / max(1, outcome.kills.total()):.0f} %",
        **outcome.others,
        "uploads tried": outcome.uploads,
        "uploads acknowledged": outcome.acknowledged,
        "submissions": outcome.submissions,
        "ULNs issued": outcome.issued,
        "response files watched": outcome.seen,
        "parked and replayed": outcome.replayed,
        "blobs of no submission": outcome.unreferenced,
        "seconds": round(outcome.seconds),
        "faults": len(outcome.faults),
    }
    show.table(("what", "count"), list(figures.items()))
    show.out.print("A full disk was a limit on the size of files (RLIMIT_FSIZE); nothing was mounted.")
    for fault in outcome.faults[:_SHOWN]:
        show.out.print(fault, markup=False, soft_wrap=True)


def _of(outcome: Outcome, *, victim: str | None = None, step: str | None = None) -> int:
    return sum(
        count for (who, where), count in outcome.kills.items() if victim in (None, who) and step in (None, where)
    )


if __name__ == "__main__":
    sys.exit(main())
