"""How well messages are grouped by cause: files with planted roots, whose truth is known (`make bench-validate`).

The planting knows its own layout, invents its own learners and computes its own check digits: it shares nothing with
what checks such files or groups what is found, so that a mistake on one side shows on the other.
"""

import argparse
import csv
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from random import Random

from adapters.kinds.lrb.kind import LrbCsv
from gateway import show
from gateway.core.documents import Cause, Report
from gateway.service import check_file

FILES = 20
AS_OF = date(2026, 9, 1)
TARGET = 0.95
TOP = 5
LEAST_RUN = 10
HEADING_LINE = (
    "FileVersion,FileName,UKPRN,LearnerRecordCount,ULN,MISIdentifier,Title,GivenName,PreferredGivenName,"
    "MiddleOtherName,FamilyName,PreviousFamilyName,FamilyNameAt16,SchoolAtAge16,LastKnownAddressLine1,"
    "LastKnownAddressLine2,LastKnownAddressTown,LastKnownAddressCountyorCity,LastKnownPostCode,DateOfAddressCapture,"
    "DateOfBirth,PlaceOfBirth,EmailAddress,Gender,Nationality,ScottishCandidateNumber,AbilityToShare,"
    "VerificationType,OtherVerificationDescription,Notes"
)
HEADINGS = HEADING_LINE.split(",")
GIVEN = "Ada Ben Chloe Dylan Ella Farid Grace Harry Isla Jack Kezia Liam Maya Noah Olivia Priya Quinn Rosa Sam Tara"
FAMILY = "Marlow Reed Hughes Khan O'Dell Patel Evans Smith-Jones Novak Brown Osei Lewis Clarke Ahmed Walsh Baker Young"
PLACES = "Leeds Cardiff Bristol Coventry Derby Exeter Norwich Preston Swansea Truro"
STREETS = "High Street,Mill Lane,Church Road,Station Road,Park Avenue"
ACCENTED = "Zoë Chloé Renée Siân Mülle Björne Lûcia Noémie"

Row = dict[str, str]
Plant = Callable[["Planting"], "Root"]


@dataclass(frozen=True)
class Root:
    """One planted root: what kind of cause it is, and the records that it has spoilt, from 1."""

    kind: str
    fields: frozenset[str]
    records: Sequence[int]


@dataclass
class Planting:
    """A file in the making: its rows, which of them are spoilt as a whole, and its roots."""

    random: Random
    rows: list[Row]
    cells: dict[int, list[str]] = field(default_factory=dict)
    roots: list[Root] = field(default_factory=list)

    def places(self) -> list[int]:
        """Return some of the rows that are not spoilt as a whole: all, most, some, or one run of them."""
        free = [place for place in range(len(self.rows)) if place not in self.cells]
        extent = self.random.choice(("all", "most", "some", "run"))
        if extent == "run":
            run = self.run()
            return run if len(run) >= LEAST_RUN else free
        share = {"all": 1.0, "most": 0.7, "some": 0.3}[extent]
        return [place for place in free if self.random.random() < share] or free

    def run(self) -> list[int]:
        """Return rows that follow one another, among those that are not spoilt as a whole."""
        size = len(self.rows) // self.random.choice((3, 4, 5))
        start = self.random.randrange(len(self.rows) - size)
        return [place for place in range(start, start + size) if place not in self.cells]

    def root(self, kind: str, names: Iterable[str], places: Iterable[int]) -> Root:
        """Return the root whose truth this is."""
        return Root(kind, frozenset(names), sorted(place + 1 for place in places))

    def change(self, kind: str, name: str, change: Callable[[str], str]) -> Root:
        """Change one field in some rows."""
        places = self.places()
        for place in places:
            self.rows[place][name] = change(self.rows[place][name])
        return self.root(kind, [name], places)


def dates(planting: Planting) -> Root:
    """Write one or both columns of dates as a spreadsheet does."""
    form = planting.random.choice(("%d/%m/%Y", "%d-%b-%y", "%m/%d/%Y", "%d.%m.%Y", "%Y-%m-%d 00:00:00"))
    names = planting.random.choice((["DateOfBirth"], ["DateOfBirth", "DateOfAddressCapture"]))
    places = planting.places()
    for place in places:
        for name in names:
            if value := planting.rows[place][name]:
                planting.rows[place][name] = date.fromisoformat(value).strftime(form)
    return planting.root("date-form", names, places)


def shifted(planting: Planting) -> Root:
    """Put an empty cell in, or take one out, in a run of rows; the number of columns stays."""
    places, right = planting.run(), planting.random.random() < 0.6
    at = HEADINGS.index(planting.random.choice(("Title", "SchoolAtAge16", "LastKnownAddressLine2", "MISIdentifier")))
    for place in places:
        cells = [planting.rows[place][name] for name in HEADINGS]
        moved = [*cells[:at], "", *cells[at:-1]] if right else [*cells[:at], *cells[at + 1 :], ""]
        planting.cells[place] = moved
    return planting.root("shifted", [], places)


def ragged(planting: Planting) -> Root:
    """Put one cell too many into a run of rows, or one too few."""
    places, longer = planting.run(), planting.random.random() < 0.5
    for place in places:
        cells = [planting.rows[place][name] for name in HEADINGS]
        planting.cells[place] = [*cells, "x"] if longer else cells[:-1]
    return planting.root("rows", [], places)


def gender(planting: Planting) -> Root:
    """Write letters or words in place of gender codes."""
    codes = planting.random.choice(({"1": "M", "2": "F"}, {"1": "Male", "2": "Female"}))
    return planting.change("repeated-value", "Gender", lambda value: codes[value])


def wrong_code(planting: Planting) -> Root:
    """Write one wrong value in a column of codes."""
    name, value = planting.random.choice(
        (("Nationality", "British"), ("Nationality", "ENG"), ("VerificationType", "8"), ("AbilityToShare", "Y"))
    )
    return planting.change("repeated-value", name, lambda _: value)


def empty(planting: Planting) -> Root:
    """Leave a column empty that must be filled."""
    name = planting.random.choice(("Gender", "LastKnownPostCode", "GivenName", "DateOfBirth"))
    return planting.change("empty", name, lambda _: "")


def too_long(planting: Planting) -> Root:
    """Write more into a column than it may hold."""
    name, limit = planting.random.choice((("LastKnownAddressLine1", 50), ("Notes", 4000), ("Title", 35)))
    more = planting.random.randint(1, 40)
    words = " see the whole address in the other system" * (limit // 8)
    return planting.change("too-long", name, lambda value: f"{value}{words}".lstrip()[: limit + more - 1] + "x")


def zeros(planting: Planting) -> Root:
    """Take the zeros in front away from numbers that have some, as a spreadsheet does."""
    return planting.change("zeros-lost", "ScottishCandidateNumber", lambda value: f"0{value[1:]}".lstrip("0"))


def large_number(planting: Planting) -> Root:
    """Write ULNs as a spreadsheet shows large numbers."""
    return planting.change("number-form", "ULN", lambda value: f"{int(value):.2E}")


def mojibake(planting: Planting) -> Root:
    """Write names in UTF-8 that were read as Windows-1252."""
    names = planting.random.choice((["GivenName"], ["GivenName", "FamilyName"]))
    places = planting.places()
    for place in places:
        for name in names:
            word = planting.random.choice(ACCENTED.split())
            planting.rows[place][name] = word.encode().decode("cp1252")
    return planting.root("encoding", names, places)


def stray(planting: Planting) -> Root:
    """Put signs around the values of a column."""
    name = planting.random.choice(("LastKnownPostCode", "FamilyName", "ULN"))
    before, after = planting.random.choice((('"', '"'), ("", "*"), ("`", "")))
    return planting.change("stray", name, lambda value: f"{before}{value}{after}")


def other_numbers(planting: Planting) -> Root:
    """Fill the ULN column with numbers of ten digits that are no ULNs."""

    def change(value: str) -> str:
        return value[:9] + str((int(value[9]) + planting.random.randint(1, 9)) % 10)

    return planting.change("check-digit", "ULN", change)


def cut_off(planting: Planting) -> Root:
    """Cut e-mail addresses off before their ending."""
    return planting.change("cut-off", "EmailAddress", lambda value: value[:16])


PLANTS: dict[str, tuple[str, Plant]] = {
    "dates": ("DateOfBirth", dates),
    "shifted": ("row", shifted),
    "ragged": ("row", ragged),
    "gender": ("Gender", gender),
    "wrong code": ("codes", wrong_code),
    "empty": ("", empty),
    "too long": ("long", too_long),
    "zeros": ("SCN", zeros),
    "large number": ("ULN", large_number),
    "mojibake": ("names", mojibake),
    "stray": ("", stray),
    "other numbers": ("ULN", other_numbers),
    "cut off": ("EmailAddress", cut_off),
}
"""Each plant with what it touches; two that touch the same are not planted in one file."""


def planted(seed: int, learners: int) -> tuple[str, list[Root]]:
    """Return an LRB file with 2 to 4 roots and a few single slips, and its truth."""
    random = Random(seed)  # noqa: S311 - files must repeat, and hide nothing
    planting = Planting(random, [_learner(random, number) for number in range(1, learners + 1)])
    for plant in _chosen(random):
        planting.roots.append(plant(planting))
    _slips(planting)
    for name, value in (("FileVersion", "2A"), ("FileName", "causes"), ("UKPRN", "10000001")):
        _head(planting, name, value)
    _head(planting, "LearnerRecordCount", str(learners))
    text = StringIO()
    lines = csv.writer(text, quoting=csv.QUOTE_ALL)
    lines.writerow(HEADINGS)
    for place, row in enumerate(planting.rows):
        lines.writerow(planting.cells.get(place) or [row[name] for name in HEADINGS])
    return text.getvalue(), planting.roots


def _head(planting: Planting, name: str, value: str) -> None:
    planting.rows[0][name] = value
    if 0 in planting.cells:
        planting.cells[0][HEADINGS.index(name)] = value


def _chosen(random: Random) -> list[Plant]:
    """Return 2 to 4 plants of which no two touch the same; those that spoil whole rows come first."""
    names = random.sample(sorted(PLANTS), len(PLANTS))
    chosen: list[str] = []
    clashes = {
        "empty": {"gender", "dates", "mojibake", "stray"},
        "stray": {"large number", "other numbers", "mojibake"},
    }
    wanted = random.randint(2, 4)
    for name in names:
        touched = {PLANTS[other][0] for other in chosen if PLANTS[other][0]}
        clash = any(name in clashes.get(other, ()) or other in clashes.get(name, ()) for other in chosen)
        if len(chosen) < wanted and PLANTS[name][0] not in touched and not clash:
            chosen.append(name)
    chosen.sort(key=lambda name: PLANTS[name][0] != "row")
    return [PLANTS[name][1] for name in chosen]


def _slips(planting: Planting) -> None:
    """Make a single fault in about one record of a hundred, in a field that no root has spoilt there."""
    random = planting.random
    spoilt = {name for root in planting.roots for name in root.fields}
    slips = {"LastKnownPostCode": "CV{} 2WC", "EmailAddress": "someone{}", "GivenName": "Al{}ce"}
    for place, row in enumerate(planting.rows):
        name = random.choice(sorted(slips))
        if random.random() < 0.01 and place not in planting.cells and name not in spoilt:
            row[name] = slips[name].format(random.randint(1, 9))


def _learner(random: Random, number: int) -> Row:
    given, family = random.choice(GIVEN.split()), random.choice(FAMILY.split())
    some: Callable[[str], str] = lambda value: value if random.random() < 0.4 else ""  # noqa: E731 - one word for it
    town = random.choice(PLACES.split())
    values = {
        "ULN": _uln(random),
        "MISIdentifier": f"MIS{number:06}",
        "Title": some(random.choice(("Miss", "Mr", "Ms"))),
        "GivenName": given,
        "PreferredGivenName": some(given[:3]),
        "MiddleOtherName": some(random.choice(GIVEN.split())),
        "FamilyName": family,
        "FamilyNameAt16": some(family),
        "SchoolAtAge16": some(f"{town} High School"),
        "LastKnownAddressLine1": f"{random.randint(1, 200)} {random.choice(STREETS.split(','))}",
        "LastKnownAddressTown": town,
        "LastKnownPostCode": f"{random.choice(('CV', 'LS', 'B'))}{random.randint(1, 40)} {random.randint(1, 9)}WT",
        "DateOfAddressCapture": some(_day(random, date(2022, 1, 1))),
        "DateOfBirth": _day(random, date(2006, 1, 1)),
        "PlaceOfBirth": some(town),
        "EmailAddress": f"{given}.{family.replace(chr(39), '')}{number:06}@mail.example.org".lower(),
        "Gender": random.choice("12"),
        "Nationality": random.choice(("GBR", "GBR", "GBR", "IRL", "POL")),
        "ScottishCandidateNumber": str(random.randint(110000000, 199999999)),
        "AbilityToShare": random.choice("12"),
        "VerificationType": random.choice("12"),
    }
    return {name: values.get(name, "") for name in HEADINGS}


def _day(random: Random, first: date) -> str:
    return (first + timedelta(days=random.randrange(1400))).isoformat()


def _uln(random: Random) -> str:
    while True:
        digits = [random.randint(1, 9), *(random.randint(0, 9) for _ in range(8))]
        rest = sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1), strict=True)) % 11
        if rest:
            return "".join(map(str, [*digits, 10 - rest]))


@dataclass(frozen=True)
class Measured:
    """One file's figures: `right` of its roots were found by exactly one right cause."""

    seed: int
    messages: int
    causes: int
    share: float
    roots: int
    right: int
    missed: list[str]


def measure(folder: Path, seed: int, learners: int) -> Measured:
    """Plant a file, check it, and compare its causes with its truth."""
    text, roots = planted(seed, learners)
    path = folder / "LRB_10000001_010920261430.CSV"
    path.write_text(text, encoding="utf-8", newline="")
    report = check_file(path, {LrbCsv.name: LrbCsv.from_settings({})}, AS_OF)
    missed = [root.kind for root in roots if len([it for it in report.causes[:TOP] if is_right(root, it)]) != 1]
    return Measured(
        seed=seed,
        messages=sum(report.counts.by_code.values()),
        causes=len(report.causes),
        share=top_share(report),
        roots=len(roots),
        right=len(roots) - len(missed),
        missed=missed,
    )


def top_share(report: Report) -> float:
    """Return the share of the messages that fall under the first five causes."""
    return sum(cause.messages for cause in report.causes[:TOP]) / sum(report.counts.by_code.values())


def is_right(root: Root, cause: Cause) -> bool:
    """Tell whether a cause is this root: its kind, its fields, and just the records that were spoilt."""
    fields = not root.fields or set(cause.fields) == root.fields
    first = [example.record for example in cause.examples]
    return cause.kind == root.kind and fields and cause.records == len(root.records) and first == root.records[:3]


def main() -> int:
    """Print the figures of every file, and whether the target is met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--learners", type=int, default=1000)
    parser.add_argument("--files", type=int, default=FILES)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = [measure(Path(folder), asked.seed + number, asked.learners) for number in range(asked.files)]
    columns = ("file", "messages", "causes", "under the first 5, %", "roots", "found right", "missed")
    rows = [(it.seed, it.messages, it.causes, 100 * it.share, it.roots, it.right, ", ".join(it.missed)) for it in found]
    show.table(columns, rows)
    right, roots = sum(it.right for it in found), sum(it.roots for it in found)
    least, held = min(it.share for it in found), all(it.share >= TARGET for it in found) and right == roots
    show.out.print(f"{right} of {roots} roots found right; least share {100 * least:.1f} %; target held: {held}")
    return 0 if held else 1


if __name__ == "__main__":
    raise SystemExit(main())
