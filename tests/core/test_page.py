"""report.html says what was found, shows a sender's text as text, and needs nothing but itself."""

import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest

from gateway.core.documents import (
    Cause,
    CauseExample,
    CauseKind,
    Counts,
    Explained,
    NotRun,
    Origin,
    Report,
    RuleChange,
    RuleSet,
    reported,
    severities,
)
from gateway.core.notices import Notice, Notices, Scope, Severity
from gateway.core.outcomes import Effect, MatchOutcome
from gateway.core.submission import Job, Mode, Verdict
from gateway.page import page

ORIGIN = Origin(
    id="1f0c9z2kq4xw7m",
    organisation="northfield-college",
    received_at=datetime(2026, 10, 1, 11, 3, 9, tzinfo=UTC),
    job=Job.FULL,
    mode=Mode.LIVE,
)
ERRORS = "LRB_10001234_011020261200.1f0c9z2kq4xw7m.errors.csv"
REPORT = "LRB_10001234_011020261200.1f0c9z2kq4xw7m.report.json"
VOID = {"meta", "br", "wbr"}


class Outline(HTMLParser):
    """Reads a page, refuses tags that do not close in order, and keeps its headings, texts and attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.headings: list[tuple[str, str]] = []
        self.rows = 0
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.attributes += attrs
        self.rows += tag == "tr" and "tbody" in self.open
        if tag not in VOID:
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append((tag, ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        heading = next((tag for tag in self.open if re.fullmatch("h[1-6]", tag)), None)
        if heading:
            tag, text = self.headings[-1]
            self.headings[-1] = tag, text + data


def notice(number: int = 1, **changes: Any) -> Notice:  # noqa: ANN401 - any detail of it
    told: dict[str, Any] = {
        "code": "RC011",
        "severity": Severity.ERROR,
        "scope": Scope.RECORD,
        "message": f"The postcode of record {number} is not a postcode.",
        "fix": "Check the postcode.",
        "line": number + 1,
        "record": number,
        "key": f"K{number}",
        "field": "LastKnownPostCode",
        "value": "CV1 2WC",
    }
    return Notice(**told | changes)


def report(*found: Notice, limit: int = 1000, **changes: Any) -> Report:  # noqa: ANN401 - any part of it
    notices = Notices(limit=limit)
    notices.add(found)
    records = {"read": 1000, "accepted": 941, "rejected": 18, "held": 41} | changes.pop("records", {})
    counts = Counts(
        **records,
        by_severity=severities(notices),
        by_code=dict(notices.by_code),
        by_outcome=changes.pop("outcome", {MatchOutcome.EXACT_MATCH: 941, MatchOutcome.NEW_ULN: 0}),
    )
    told: dict[str, Any] = {
        "file": "LRB_10001234_011020261200.CSV",
        "sha256": "a3" * 32,
        "kind": "lrb-csv",
        "verdict": Verdict.PART,
        "not_run": [],
        "submission": ORIGIN,
    }
    return Report(
        **told | changes, counts=counts, notices=reported(notices), cut=notices.cut, processing_date=date(2026, 10, 1)
    )


ALL = {"read": 1000, "accepted": 1000, "rejected": 0, "held": 0}
NONE = {"read": 1000, "accepted": 0, "rejected": 1000, "held": 0}
PART = report(notice(1), notice(2), notice(severity=Severity.WARNING, code="NAME_PLACEHOLDER"))
ACCEPTED = report(verdict=Verdict.ACCEPTED, records=ALL)
REJECTED = report(notice(code="GF004", scope=Scope.FILE), verdict=Verdict.REJECTED, records=NONE, submission=None)


def text_of(html: str) -> str:
    body = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", "", body).split())


@pytest.mark.parametrize("given", [PART, ACCEPTED, REJECTED], ids=["part", "accepted", "rejected"])
def test_every_page_has_its_sections_in_order_and_is_well_formed(given: Report) -> None:
    outline = Outline(page(given))
    assert [tag for tag, _ in outline.headings].count("h1") == 1
    assert [text for tag, text in outline.headings if tag == "h2"] == [
        "Contents",
        "Counts",
        "What was found",
        "Checks not run",
        "Rules",
        "File and submission",
    ]
    levels = [int(tag[1]) for tag, _ in outline.headings]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert ("lang", "en-GB") in outline.attributes
    assert ("class", f"verdict {given.verdict}") in outline.attributes
    assert outline.seen.count("caption") == outline.seen.count("table")


@pytest.mark.parametrize("given", [PART, ACCEPTED, REJECTED], ids=["part", "accepted", "rejected"])
def test_a_page_runs_no_script_and_fetches_nothing(given: Report) -> None:
    html = page(given)
    outline = Outline(html)
    assert not {"script", "img", "link", "iframe", "object", "form", "base"} & set(outline.seen)
    names = {name for name, _ in outline.attributes}
    assert not {name for name in names if name.startswith("on") or name in {"src", "action", "style"}}
    places = {f"#{value}" for name, value in outline.attributes if name == "id"}
    files = {ERRORS, REPORT}
    assert {value for name, value in outline.attributes if name == "href"} <= places | files
    assert "//" not in html
    assert "url(" not in html
    assert "@import" not in html
    assert ("content", "default-src 'none'; style-src 'unsafe-inline'") in outline.attributes


def test_the_verdict_is_one_sentence() -> None:
    assert Outline(page(PART)).headings[0] == ("h1", "Part of the file was accepted: 941 of 1,000 records")
    assert Outline(page(ACCEPTED)).headings[0] == ("h1", "The file was accepted: 1,000 of 1,000 records")
    assert Outline(page(REJECTED)).headings[0] == ("h1", "The file was rejected: 0 of 1,000 records")
    one = report(verdict=Verdict.ACCEPTED, records={"read": 1, "accepted": 1, "rejected": 0, "held": 0})
    assert Outline(page(one)).headings[0] == ("h1", "The file was accepted: 1 of 1 record")
    read = report(notice(), verdict=Verdict.REJECTED, records=NONE)
    heading = "The file was read, but no record was accepted: 0 of 1,000 records"
    assert Outline(page(read)).headings[0] == ("h1", heading)
    nothing = report(verdict=Verdict.REJECTED, records=dict.fromkeys(ALL, 0))
    assert Outline(page(nothing)).headings[0] == ("h1", "The file was rejected: no record was read")


def cause(number: int = 1, **changes: Any) -> Cause:  # noqa: ANN401 - any detail of it
    told: dict[str, Any] = {
        "kind": CauseKind.DATE_FORM,
        "severity": Severity.ERROR,
        "title": f"Every date of column {number} is written DD/MM/YYYY",
        "fix": "Set the form of the column.",
        "messages": 941,
        "records": 1,
        "fields": ["DateOfBirth"],
        "codes": ["RC011"],
        "examples": [CauseExample(line=4, record=3, field="DateOfBirth", value="31/05/2008")],
    }
    return Cause(**told | changes)


def test_causes_stand_right_after_verdict_and_counts_with_what_to_do() -> None:
    given = report(notice(1), notice(2), notice(3), causes=[cause(1), cause(2)])
    html = page(given)
    heads = Outline(html).headings
    assert "3 messages, 2 causes: fix these first" in text_of(html)
    assert heads[1:6] == [
        ("h2", "Contents"),
        ("h2", "Counts"),
        ("h2", "Fix these first"),
        ("h3", "Every date of column 1 is written DD/MM/YYYY"),
        ("h3", "Every date of column 2 is written DD/MM/YYYY"),
    ]
    text = text_of(html)
    assert "Error 941 messages on 1 record What to do: Set the form of the column." in text
    assert "Where it begins Line Field Value Line4 FieldDateOfBirth Value31/05/2008 Told under RC011" in text


@pytest.mark.parametrize(
    ("sizes", "said"),
    [
        ((90, 6, 4), "The first cause makes 90 of 100 messages. What"),
        ((50, 45, 5), "The first 2 causes make 95 of 100 messages. What"),
        ((1,) * 100, "Fix these first What"),
    ],
)
def test_the_page_says_how_few_causes_make_most_of_the_messages(sizes: tuple[int, ...], said: str) -> None:
    causes = [cause(number, messages=size) for number, size in enumerate(sizes)]
    assert said in text_of(page(report(*map(notice, range(100)), causes=causes)))


def test_one_cause_of_one_message_is_said_in_the_singular() -> None:
    html = page(report(notice(1), causes=[cause(messages=1)]))
    assert ("h2", "Fix this first") in Outline(html).headings
    assert "1 message, 1 cause: fix this first" in text_of(html)


def test_a_cause_without_places_or_values_shows_none() -> None:
    line = CauseExample(line=7, record=6, field=None, value=None)
    html = page(report(notice(1), causes=[cause(1, examples=[]), cause(2, examples=[line], messages=1)]))
    assert html.count('<table class="places"') == 1
    assert "Where it is Line Line7" in text_of(html)


def test_more_causes_than_the_page_shows_are_counted() -> None:
    many = [cause(number) for number in range(1, 13)]
    assert "and 2 smaller causes; each message is listed below." in text_of(page(report(notice(1), causes=many)))
    assert "smaller cause" not in page(report(notice(1), causes=many[:10]))


def test_without_an_error_there_is_nothing_to_fix_first() -> None:
    warned = report(notice(1, severity=Severity.WARNING), causes=[cause(severity=Severity.WARNING)])
    assert "first</h2>" not in page(warned)
    assert "first</h2>" not in page(report(notice(1)))


def test_what_a_sender_sent_is_no_markup_in_a_cause() -> None:
    wicked = "<script>\u202e"
    place = CauseExample(line=1, record=1, field=wicked, value=wicked)
    html = page(report(notice(1), causes=[cause(title=wicked, fix=wicked, examples=[place])]))
    assert "script" not in Outline(html).seen
    assert "\u202e" not in html
    assert html.count("&lt;script&gt;") == 4


def test_an_accepted_file_without_notices_says_so_plainly() -> None:
    text = text_of(page(ACCEPTED))
    assert "Nothing wrong was found: no errors, no warnings and nothing for your information." in text
    assert "Every check was run." in text
    assert "for a person to decide" not in text


def test_what_a_sender_sent_is_never_markup() -> None:
    wicked = "<script>alert(1)</script>\"'&amp;"
    changes: dict[str, Any] = dict.fromkeys(("code", "message", "fix", "key", "field", "value"), wicked)
    origin = ORIGIN.model_copy(update={"organisation": wicked, "id": wicked})
    unrun = [NotRun(check=wicked, reason=wicked)]
    given = report(
        notice(1, **changes), notice(2, **changes), file=wicked, kind=wicked, submission=origin, not_run=unrun
    )
    html = page(given)
    assert "script" not in Outline(html).seen
    assert "<script" not in html
    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt;&#34;&#39;&amp;amp;") >= 12


def test_characters_that_hide_or_reorder_others_are_shown_as_numbers() -> None:
    given = report(
        notice(1, value="a\u202eb\x00\x1b\u200b\ufeff\u00a0\ud800\U000e0041c\n", message="x\u2066y", key="k\u061c"),
        file="R\u202eVSC.exe",
    )
    html = page(given)
    html.encode()
    text = text_of(html)
    assert "aU+202EbU+0000U+001BU+200BU+FEFFU+00A0U+D800U+E0041cU+000A" in text
    assert "xU+2066y" in text
    assert "kU+061C" in text
    assert "<title>Part of the file was accepted: 941 of 1,000 records \u2013 RU+202EVSC.exe</title>" in html
    assert all(sign.isprintable() or sign == "\n" for sign in html)


def test_other_scripts_stay_as_they_are() -> None:
    assert "<bdi>Zoë اختبار</bdi>" in page(report(notice(value="Zoë اختبار")))


def test_a_cut_list_tells_the_exact_count() -> None:
    given = report(*(notice(n) for n in range(1, 1204)), limit=100)
    html = page(given)
    text = text_of(html)
    assert given.cut
    assert "1,203 errors, 0 warnings and 0 notices for your information" in text
    assert "Error 1,203 notices" in text
    assert "Where RC011 was found: the first 50 of 1,203" in text
    assert f"and 1,153 more in {ERRORS}" in text
    assert html.count(f'href="{ERRORS}"') == 2
    assert html.count("is not a postcode.") == 50
    assert "The postcode of record 50 is" in text


def test_a_list_that_is_whole_tells_of_no_more() -> None:
    html = page(report(*(notice(n) for n in range(1, 51))))
    assert "more" not in text_of(html)
    assert "the first" not in html
    assert html.count("is not a postcode.") == 50


def test_offline_there_is_no_errors_csv() -> None:
    text = text_of(page(report(*(notice(n) for n in range(1, 60)), submission=None)))
    assert "and 9 more, not listed here" in text
    assert "checked offline, nothing was sent or stored" in text


def test_a_code_that_is_counted_but_not_listed_is_still_shown() -> None:
    text = text_of(page(report(notice(1), notice(2), limit=0)))
    assert f"RC011 2 notices and 2 more in {ERRORS}" in text


def test_codes_come_by_severity_and_then_by_number() -> None:
    found = [
        notice(code="I1", severity=Severity.INFO),
        notice(code="W1", severity=Severity.WARNING),
        notice(code="E1"),
        *(notice(code="E2") for _ in range(2)),
        *(notice(code="W2", severity=Severity.WARNING) for _ in range(3)),
    ]
    heads = [words.split()[:3] for tag, words in Outline(page(report(*found))).headings if tag == "h3"]
    assert heads == [
        ["E2", "Error", "2"],
        ["E1", "Error", "1"],
        ["W2", "Warning", "3"],
        ["W1", "Warning", "1"],
        ["I1", "Information", "1"],
    ]


def test_a_message_that_all_share_is_said_once_and_one_that_differs_stands_in_its_row() -> None:
    same = page(report(*(notice(n, message="The postcode is wrong.") for n in range(1, 4))))
    assert same.count("The postcode is wrong.") == 1
    assert same.count("Check the postcode.") == 1
    several = page(report(*(notice(n, fix=f"Do {n}.") for n in range(1, 4))))
    assert "Fix</th>" in several
    assert all(f"<bdi>Do {n}.</bdi>" in several for n in range(1, 4))


def test_a_notice_on_the_whole_file_needs_no_table() -> None:
    bare = notice(code="FILE_BOM", scope=Scope.FILE, line=None, record=None, key=None, field=None, value=None)
    html = page(report(bare))
    assert "How to put it right:</strong> Check the postcode." in html
    assert "Where FILE_BOM was found" not in html


def test_an_empty_value_and_no_value_are_told_apart() -> None:
    html = page(report(notice(1, value=""), notice(2, value=None)))
    assert '<span class="nothing">empty</span>' in html
    assert '<span class="nothing">none</span>' in html


def test_a_very_long_value_is_cut_with_its_length() -> None:
    html = page(report(notice(value="x" * 5000)))
    assert "x" * 500 + "… (5,000 characters in all)" in html
    assert "x" * 501 not in html


def test_held_records_are_explained() -> None:
    assert "1 record waits for a person to decide." in page(report(records={"held": 1}))
    assert "1,200 records wait for a person to decide." in page(report(records={"held": 1200}))


def test_every_outcome_that_occurred_has_words_and_its_total() -> None:
    html = page(report(outcome=dict.fromkeys(MatchOutcome, 1_000)))
    assert not [outcome for outcome in MatchOutcome if "_" in outcome and f">{outcome}<" in html]
    assert html.count("<bdi>Held</bdi>") == 3
    effects = page(report(outcome=dict.fromkeys(Effect, 1_000)))
    assert effects.count("<bdi>Held</bdi>") == 2
    assert "<bdi>Possible match, waits for a person</bdi>" in html
    assert "New ULN given" not in page(PART)
    assert "What became of the records" not in page(report(outcome={}))


def test_facts_of_the_submission_are_shown() -> None:
    text = text_of(page(report(submission=ORIGIN.model_copy(update={"mode": Mode.TEST, "job": Job.CHECK}), kind=None)))
    for fact in (
        "LRB_10001234_011020261200.CSV",
        "Not known",
        "1 October 2026, 11:03:09 UTC",
        "1f0c9z2kq4xw7m",
        "northfield-college",
        "Check only: nothing is registered",
        "Test: nothing is stored",
        "a3" * 32,
    ):
        assert fact in text


def test_checks_that_were_not_run_are_told_with_their_reason() -> None:
    text = text_of(page(report(not_run=[NotRun(check="Rules on records", reason="The headings are wrong.")])))
    assert "Rules on records" in text
    assert "The headings are wrong." in text
    assert "Every check was run" not in text


def test_each_code_says_what_is_wrong_and_why_it_matters() -> None:
    texts = [
        Explained(code="RC011", title="A value has the wrong form.", why="It cannot be registered."),
        Explained(code="RC011", title="A name holds a digit.", why="It is a slip."),
        Explained(code="RC013", title="Not told of here.", why="No."),
    ]
    text = text_of(page(report(notice(1), explained=texts)))
    assert "A value has the wrong form. Why it matters: It cannot be registered. A name holds a digit. Why" in text
    assert "Not told of here" not in text


def test_a_file_with_very_many_codes_makes_a_page_of_bounded_size() -> None:
    found = [notice(n, code=f"C{code}", value="x" * 5000) for code in range(300) for n in range(1, 60)]
    html = page(report(*found))
    assert Outline(html).rows < 1300
    assert len(html.encode()) < 2_000_000
    assert "Where C7 was found: the first 3 of 59" in html


def test_rules_that_an_operator_has_changed_are_told_with_the_digest_of_all() -> None:
    changes = [
        RuleChange(code="RC013", severity=None, declared=Severity.ERROR),
        RuleChange(code="EMAIL_ENDING", severity=Severity.ERROR, declared=Severity.WARNING),
    ]
    text = text_of(page(report(rules=RuleSet(sha256="b4" * 32, changed=changes))))
    assert "As set here" in text
    assert re.search("RC013 As publishedError As set hereSwitched off", text)
    assert re.search("EMAIL_ENDING As publishedWarning As set hereError", text)
    assert "b4" * 32 in text
    assert "operator has changed none" in text_of(page(report(rules=RuleSet(sha256="b4" * 32, changed=[]))))
    assert "the kind of the file is not known" in text_of(page(report(kind=None)))


def test_a_link_to_a_file_of_any_name_stays_in_its_folder() -> None:
    html = page(report(notice(1), file='javascript:alert(1)//"><x>.CSV'))
    links = [value for name, value in Outline(html).attributes if name == "href" and not str(value).startswith("#")]
    assert links
    assert all(str(link).startswith("javascript%3Aalert%281%29%2F%2F%22%3E%3Cx%3E.1f0c") for link in links)


def test_a_page_can_be_walked_by_landmarks_and_read_by_tables() -> None:
    outline = Outline(page(report(notice(1), causes=[cause()], not_run=[NotRun(check="a", reason="b")])))
    assert [outline.seen.count(tag) for tag in ("header", "nav", "main", "footer")] == [1, 1, 1, 1]
    assert outline.attributes.count(("href", "#main")) == 1
    assert outline.seen.index("a") < outline.seen.index("header")
    assert outline.seen.count("th") == sum(1 for name, _ in outline.attributes if name == "scope")
    ids = [value for name, value in outline.attributes if name == "id"]
    assert len(ids) == len(set(ids))
