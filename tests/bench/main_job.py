"""From CLOSE to response: a registration file over OpenSSH's client against a register (`make bench`).

The seconds are those between the gateway's own receipt and the moment at which the response set is in the mailbox.
"""

import argparse
import tempfile
from pathlib import Path
from statistics import median

from gateway import bootstrap, show
from gateway.core.days import uk_day
from gateway.sample_scenarios import scenario
from tests.acceptance.support import SEED, entries_of, running, sample_of


def main() -> None:
    """Send files of several sizes and print the seconds and whether every outcome was right."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--register", type=int, default=100_000)
    parser.add_argument("--sizes", type=int, nargs="+", default=[200, 1_000, 10_000])
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    entries = entries_of(asked.register)
    rows = []
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "home", entries, fsync=True) as gateway:
        for size in asked.sizes:
            seconds, right = [], True
            for number in range(asked.rounds):
                truth = scenario(entries, SEED + size + number, size, uk_day(bootstrap.now()))
                sample = sample_of([it.learner for it in truth], minutes=number)
                receipt = gateway.put(sample.name, sample.content)
                answer = gateway.answer(receipt)
                outcomes = [row["outcome"] for row in answer.rows("match.csv")]
                right &= outcomes == [str(it.outcome) for it in truth]
                with bootstrap.opened(gateway.home) as house:
                    found = house.record.submissions.show(str(receipt["id"]))
                seconds.append((found.finished_at - found.submission.received_at).total_seconds())
            told = [f"{it:.2f}" for it in (median(seconds), min(seconds), max(seconds))]
            rows.append((size, asked.register, *told, "yes" if right else "no"))
    show.table(
        ("learners", "register", "median s", "least s", "most s", "all as the truth says"),
        rows,
        title="CLOSE to response",
    )


if __name__ == "__main__":
    main()
