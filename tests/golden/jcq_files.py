"""Fixed-width results files for tests, written by places that are written down afresh."""

from collections.abc import Mapping, Sequence

NAME = "R1234591.X01"
HEADER = {"organisation": "91", "centre": "12345", "series": "6G", "year": "26", "number": "001", "made": "20260812",
          "version": "14", "status": "F"}  # fmt: skip
ALEX = {
    "centre": "12345",
    "number": "0001",
    "uci": "123450230001W",
    "uln": "9990000017",
    "name": "BLOGGS: ALEX SAM",
    "sex": "F",
    "born": "20090415",
    "entered": "8700",
    "option": "8700",
    "flag": "G",
    "grade": "7",
    "second": "",
    "mark": "",
    "most": "",
    "absence": "",
    "qan": "60112347",
    "awarded": "20260820",
    "action": "N",
    "previous": "",
}
JO = ALEX | {"number": "0002", "uci": "123450230002C", "uln": "9990000025", "name": "O'NEIL-SMITH: JO",
             "born": "20090902"}  # fmt: skip


def candidate(result: Mapping[str, str]) -> str:
    """Return the record R4 of a result's candidate."""
    it = result
    return f"R4{it['centre']}{it['number']}{it['uci']:13}{it['uln']:10}{it['name']:40}{it['sex']:1}{it['born']:8}"


def result_line(result: Mapping[str, str]) -> str:
    """Return the record R5 of a result."""
    it = result
    head = f"R5{it.get('centre5', it['centre'])}{it['number']}{it.get('uci5', it['uci']):13}"
    grades = f"{it['flag']:1}{it['grade']:2}{it['second']:2}{it['mark']:4}{it['most']:4}{it['absence']:1}  "
    dated = f"{it['qan']:8}{it['awarded']:8}{it['action']:1}{it['previous']:2}"
    return f"{head}{it['entered']:6}{it['option']:6}{grades}{dated}"


def jcq_text(results: Sequence[Mapping[str, str]], **header: str) -> str:
    """Return a file of these results, each with its own candidate, all of one centre."""
    body = [line for result in results for line in (candidate(result), result_line(result))]
    return whole([f"R2{HEADER['centre']}10012345EXAMPLE ACADEMY", *body], **header)


def whole(body: Sequence[str], **header: str) -> str:
    """Return a file of these records between its header and a trailer that counts right."""
    it = HEADER | header
    head = f"R1{it['organisation']}{it['centre']}{it['series']}{it['year']}{it['number']}{it['made']}"
    counts = [sum(line.startswith(kind) for line in body) for kind in ("R2", "R4", "R5")]
    trailer = f"R9{it['centre']}" + "".join(f"{count:07}" for count in (*counts, len(body) + 2))
    return records([f"{head}{it['version']}{it['status']}", *body, trailer])


def records(lines: Sequence[str]) -> str:
    """Return these records in their full length."""
    return "".join(f"{line:96}\r\n" for line in lines)
