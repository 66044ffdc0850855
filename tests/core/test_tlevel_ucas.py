"""The results file that UCAS reads: its lines, its count and its digest."""

from datetime import date
from hashlib import sha256
from io import StringIO

from adapters.formats.ucas_pipe import UcasHeader, UcasLearner, UcasSubject, UcasType, UcasWritten, write_ucas
from adapters.kinds.tlevel.ucas import Grades, ucas_learner

HEADER = UcasHeader(
    sender="10000101", receiver="UCAS", type=UcasType.RESULTS, month=8, year=2026, written_on=date(2026, 8, 10)
)
REGISTERED = {
    "first_name": "Ada",
    "last_name": "O'Neil-Quill",
    "date_of_birth": "2008-05-31",
    "core": "61099016",
    "specialisms": "ZTLOS901,ZTLOS902",
}
RESULTS = {
    "61099016/Summer 2026": "A*",
    "61099016/Autumn 2025": "C",
    "ZTLOS901/Summer 2026": "Unclassified",
    "ZTLOS902/Summer 2026": "Q - pending result",
    "ZTLOS902/Summer 2026/status": "under review",
}


def written(*learners: UcasLearner) -> tuple[str, UcasWritten]:
    text = StringIO()
    told = write_ucas(text, HEADER, learners)
    return text.getvalue(), told


def exported(before: dict[str, str] | None = None) -> UcasLearner | None:
    return ucas_learner("9000000024", REGISTERED, Grades(RESULTS, before), series="Summer 2026", centre="12345")


def test_kept_results_become_one_line_of_a_learner_between_header_and_trailer() -> None:
    learner = exported()
    assert learner is not None
    text, told = written(learner)
    assert text.split("\r\n") == [
        "H|10000101|UCAS|R|08|2026|10082026|",
        "S|10000101|UCAS|12345|9000000024|O'Neil-Quill:Ada||31052008|_|61099016|A*||_|ZTLOS901|U||_|ZTLOS902|Q||_|",
        "T|10000101|UCAS|3|082026|",
        "",
    ]
    assert told == UcasWritten(lines=3, sha256=sha256(text.encode()).hexdigest())


def test_an_amendment_tells_the_changed_grades_with_those_before() -> None:
    learner = exported(RESULTS | {"61099016/Summer 2026": "B"})
    assert learner is not None
    assert learner.subjects == [UcasSubject(subject="61099016", grade="A*", previous="B")]
    assert exported(RESULTS) is None


def test_an_amendment_tells_a_grade_that_was_removed_as_empty() -> None:
    grades = Grades({}, {"61099016/Summer 2026": "B"})
    learner = ucas_learner("9000000024", REGISTERED, grades, series="Summer 2026", centre="12345")
    assert learner is not None
    assert learner.subjects == [UcasSubject(subject="61099016", grade="", previous="B")]


def test_a_learner_without_a_grade_in_the_series_is_left_out() -> None:
    assert ucas_learner("9000000024", REGISTERED, Grades({}), series="Summer 2026", centre="12345") is None


def test_no_value_can_add_a_column_or_a_line() -> None:
    subjects = [UcasSubject(subject="Digital", grade="Partial achievement", previous="X - no result")]
    learner = UcasLearner(
        centre="12345", uln="9000000024", family_name="Quill: |x", given_name="A|d\r\na", sex="2",
        date_of_birth=date(2008, 5, 31), subjects=subjects,
    )  # fmt: skip
    lines = written(learner)[0].split("\r\n")
    assert lines[1] == "S|10000101|UCAS|12345|9000000024|Quill x:A d a|F|31052008|_|Digital|PARTACH|X|_|"


def test_a_file_without_learners_counts_header_and_trailer() -> None:
    text, told = written()
    assert text.endswith("T|10000101|UCAS|2|082026|\r\n")
    assert told.lines == 2
