"""What the contract of the ULN register is tried with: invented people, and a register on a fresh database."""

from dataclasses import replace
from datetime import date

import numpy as np

from adapters.stores.candidates import look_by_index
from adapters.stores.database import Pool, open_lookups
from adapters.stores.register import PostgresRegister
from adapters.stores.register_keys import Matching
from gateway.core.matching import register as rules
from gateway.core.matching.columns import Columns
from gateway.core.matching.faces import faces
from gateway.core.matching.keys import probe_keys, wide_keys
from gateway.core.model import Entry, Learner
from gateway.core.permutation import IssuingRange
from gateway.core.uln import ulns_between

RANGE = IssuingRange(authority="a test", first=5000000000, last=5000999999)
LOADED = [str(uln) for _, uln in zip(range(40), ulns_between(1000000000, 1000009999), strict=False)]
FIRST, SECOND, THIRD, FOURTH = LOADED[:4]
ANNA = Learner(
    given_name="Anna",
    family_name="Smith",
    date_of_birth=date(2007, 3, 4),
    sex="2",
    postcode="LS1 4AB",
    middle_name="Rose",
    preferred_given_name="Nan",
    previous_family_name="Jones",
    family_name_at_16="O\u2019Neill",
    email="a@b.org",
    upn="A123456789012B",
    former_postcodes=("YO1 7HH", 'a "quoted, {one}'),
    ability_to_share="1",
)
BOB = Learner(given_name="Bob", family_name="Brown", date_of_birth=date(2006, 1, 2), sex="1", postcode="M1 1AA")


def register(pool: Pool, issuing: IssuingRange | None = RANGE, matching: Matching = rules) -> PostgresRegister:
    return PostgresRegister(pool, open_lookups(pool.conninfo, look_by_index), matching=matching, issuing=issuing)


def near(register: PostgresRegister, learner: Learner, *, wide: bool = False) -> list[Entry]:
    """Return the entries that share a blocking key with a learner, by ULN."""
    probes, places = (wide_keys if wide else probe_keys)(faces(Columns.of([learner])))
    (found,) = register.candidates.near([(probes.tobytes(), places.tobytes())])
    numbers = np.frombuffer(found.numbers, np.int64)
    entries = register.candidates.entries(numbers.tolist()).values()
    return sorted(entries, key=lambda entry: entry.uln)


def filled_register(pool: Pool) -> PostgresRegister:
    """Return a register that has ANNA and BOB."""
    filled = register(pool)
    filled.load([Entry(uln=FIRST, learner=ANNA), Entry(uln=SECOND, learner=BOB)])
    return filled


def people(number: int, of: int = 2005) -> dict[int, Learner]:
    """Return so many learners of whom no two may be the same person."""
    names = ["".join(chr(ord("a") + n // 26**k % 26) * 2 for k in range(3)) for n in range(0, 26**3, 7)]
    born = [date(of, month, day) for month in range(1, 13) for day in range(1, 29)]
    return {
        n: replace(
            BOB,
            given_name=names[n],
            family_name=names[-n],
            date_of_birth=born[n % len(born)],
            postcode=f"M{n % 89 + 10} {n // 89 % 10}{'ABDEFGHJLN'[n // 890 % 10]}B",
        )
        for n in range(1, number + 1)
    }


def all_ulns(pool: Pool) -> list[int]:
    with pool.connection() as connection:
        return [uln for (uln,) in connection.execute("select uln from learner order by uln")]
