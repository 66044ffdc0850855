"""The values that each type of the specifications takes to its limits, and those just beyond that it refuses."""

from functools import cache

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 "
SIGNS = r"~!@#$%&'()*+,-./:;<=>?[\]_{}^£€"
ADDRESS_SIGNS = r"~!@&'\()*+,-./:;"
NO_TEXT = '"|`é\t\n\r¬\u00a0“'
Words = tuple[list[str], list[str]]
VALUES: dict[str, Words] = {  # what is accepted, an ordinary value first; what is refused
    "any": (["x", "", " ", 'é|"\n', "x" * 5000], []),
    "open": (["x", ""], []),
    "some": (["x", "x" * 500], [""]),
    "date": (
        ["2025-09-01", "2024-02-29", "2025-09-01Z"],
        ["", "2025-02-29", "01/09/2025", "20250901", "2025-9-1", "2025-09-01T00:00:00", "2025-13-01"],
    ),
    "dt": (
        ["2025-09-01T09:30:00", "2025-09-01T09:30:00.125", "2025-09-01T09:30:00+01:00"],
        ["", "2025-09-01", "2025-09-01 09:30:00", "2025-09-01T25:00:00", "2025-09-01T09:30"],
    ),
    "dt with zone": (
        ["2026-08-12T06:00:00Z", "2026-08-12T06:00:00.5Z", "2026-08-12T06:00:00+01:00"],
        ["", "2026-08-12T06:00:00", "2026-08-12Z", "2026-02-30T06:00:00Z"],
    ),
    "dt minutes": (
        ["2026-08-20T08:00", "2026-08-20T08:00:00", "2026-08-20T08:00:00Z", "2026-08-20T08:00+01:00"],
        ["", "2026-08-20", "2026-08-20 08:00", "2026-13-20T08:00", "2026-08-20T24:00", "20/08/2026 08:00"],
    ),
    "YYYY-MM-DD HH:MM:SS": (
        ["2018-07-12 16:47:04", "2018-12-31 23:59:59"],
        ["", "2018-07-12T16:47:04", "2018-07-12", "2018-07-12 24:00:00", "12/07/2018 16:47:04", "2018-13-12 16:47:04"],
    ),
    "uuid": (
        ["6f0c2c1e-0000-4000-8000-000000000001", "6F0C2C1E-0000-4000-8000-00000000000A"],
        ["", "6f0c2c1e00004000800000000000001", "6f0c2c1e-0000-4000-8000-00000000000g", "1"],
    ),
    "name": (
        ["O'Néill-Ó Súilleabháin", "A", "Ž" * 100, "\U00020bb7" * 100, "李小龍", "عمر", "a`b~#€", " "],
        ["", "A" * 101, "A\rB", "A\nB", "A\tB", "A|B", 'A"B', *(f"A{digit}" for digit in range(10))],
    ),
    "address": (
        ["1 High St.", "A", "A" * 50, ADDRESS_SIGNS, LETTERS[:50], LETTERS[50:]],
        ["", "A" * 51, *(f"A{sign}" for sign in (set(SIGNS) - set(ADDRESS_SIGNS)) | set(NO_TEXT))],
    ),
    "email": (
        ["a.b@example.org", "a@b", "a@b@c", "@@@", "a" * 98 + "@b"],
        ["", "ab", "@", "@b", "a@", "a" * 99 + "@b", *(f"a{sign}@b" for sign in NO_TEXT)],
    ),
    "[0-9]{1,2}": (["01", "9", "00"], ["", "001", "1A", "-1", " 1", "+1"]),
    "[0-9]{1,18}": (["01632960001", "0", "9" * 18], ["", "9" * 19, "01632 960001", "+441632960001"]),
    "[0-9]{10}": (["0000000001", "9" * 10], ["", "9" * 9, "9" * 11, "00000000A1"]),
    "[A-Za-z0-9]{1,8}": (["Camp1", "a", "Z" * 8], ["", "A" * 9, "A B", "A-B", "é"]),
    "[A-Za-z0-9]{1,6}": (["Agree1", "a", "Z" * 6], ["", "A" * 7, "A B", "A-B", "é"]),
    "[A-Za-z0-9]{8}": (["TEST0038", "10001234"], ["", "1000123", "100012345", "1000-234", "1000123é"]),
    "[A-Za-z0-9 ]{1,12}": (["AB 12", "a", "Z" * 12, " "], ["", "A" * 13, "A-B", "A_B", "é", "A\tB"]),
    "[a-zA-Z]{2}[0-9]{2} or [0-9]{9}": (
        ["Ab12", "123456789"],
        ["", "A123", "ABC1", "Ab1", "Ab123", "12345678", "1234567890", "Ab12123456789"],
    ),
    "company": (["SC123456", "01234567"], ["", "S123456", "SC12345", "SC1234567", "S1234567"]),
    "hours": (["15", "0", "99.99", "12.5", "-1"], ["", "100", "1.555", "x", "1,5", "1e1"]),
    "number": (["2", "1.5", "0"], ["", "x", "1,5", "1e1"]),
    "bool": (["true", "false", "1", "0"], ["", "True", "yes", "2"]),
    "bool or number": (["true", "false", "12", "9999"], ["", "True", "yes", "99999", "-1"]),
    "[2-9]|1[0-5]": (["2", "15", "9"], ["", "1", "16", "0", "x"]),
    "uprn": (["1", "9" * 12], ["", "0", "9" * 13, "x", "-1"]),
    "la": (["823", "XXX"], ["", "82", "8234", "xxx", "8-3"]),
    "estab": (["4321", "XXXX", "LLLL"], ["", "432", "43210", "xxxx", "4-21"]),
    "percent": (["98.5", "0", "100"], ["", "-1", "100.1", "x"]),
    "whole": (["1", "0", "123456"], ["", "x", "-1", "1.5"]),
}


@cache
def values(words: str) -> Words:
    """Return values that a type accepts and values that it refuses, at and just beyond its limits."""
    sort, _, rest = words.partition(" ")
    if sort == "nil":
        return values(rest)
    if sort == "opt":
        accepted, refused = values(rest)
        return [*accepted, ""], [value for value in refused if value]
    if words in VALUES:
        return VALUES[words]
    return _SORTS[sort](rest) if sort in _SORTS else _range(words)


def _codes(rest: str) -> Words:
    codes = rest.split()
    return codes, ["", "?", codes[0] + "x", *({codes[0].swapcase()} - set(codes))]


def _only(rest: str) -> Words:
    return [rest], ["", rest + "x", rest.lower() + " ", "x" + rest]


def _restricted(rest: str) -> Words:
    fill = "A" * (int(rest.removeprefix("1-")) - 1)
    return ["A", fill + "9", fill + "€"], ["", fill + "AB", *(fill + sign for sign in NO_TEXT)]


def _int(rest: str) -> Words:
    nines = "9" * int(rest)
    return ["1", nines, "0", "-" + nines], ["", nines + "9", f"-{nines}9", "x", "1.5", "1e1", "- 1", "1,0"]


def _decimal(rest: str) -> Words:
    lowest, _, highest = rest.partition("..")
    most, below = float(highest), f"{float(lowest) - 0.1:.1f}"
    return [lowest, highest, "10.5"], ["", below, f"{most + 0.1:.1f}", "10.55", "-0.1", "x"]


def _digits(rest: str) -> Words:
    least, most = (int(end) for end in rest.split("-"))
    short = ["1" * (least - 1)] if least > 1 else []
    return ["1" * most, "9" * least], ["", *short, "1" * (most + 1), "x" * least, "-" + "1" * (least - 1 or 1)]


def _most(rest: str) -> Words:
    return ["x", "é" * int(rest), ""], ["x" * (int(rest) + 1)]


def _length(rest: str) -> Words:
    least, most = (int(end) for end in rest.split("-"))
    return ["x" * least, "x" * most], ["x" * (least - 1), "x" * (most + 1)]


def _range(words: str) -> Words:
    low, _, high = words.partition("..")
    if high == "n":
        return [low, "123456789"], ["", "x", f"{int(low) - 1}", "1.5"]
    least, most = int(low), int(high)
    beyond = [f"{least - 1}", f"{most + 1}", f"{most}0", f"-{most}"]
    return [f"{least}", f"{most}"], ["", "x", f"{least}.5", *beyond]


_SORTS = {
    "codes": _codes,
    "only": _only,
    "RS": _restricted,
    "int": _int,
    "decimal": _decimal,
    "digits": _digits,
    "most": _most,
    "length": _length,
}
