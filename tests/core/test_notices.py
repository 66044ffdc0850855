"""Notices are counted exactly, whatever is listed."""

from gateway.core.notices import Notice, Notices, Scope, Severity


def notice(code: str, severity: Severity = Severity.ERROR, scope: Scope = Scope.RECORD) -> Notice:
    return Notice(code=code, severity=severity, scope=scope, message="What is wrong.", fix="How to mend it.")


def test_every_notice_is_counted_and_a_code_is_listed_up_to_the_limit() -> None:
    notices = Notices(limit=2)
    notices.add([notice("RC010")] * 3 + [notice("EMAIL_ENDING", Severity.WARNING)])
    assert notices.by_code == {"RC010": 3, "EMAIL_ENDING": 1}
    assert notices.by_severity == {Severity.ERROR: 3, Severity.WARNING: 1}
    assert [listed.code for listed in notices.listed] == ["RC010", "RC010", "EMAIL_ENDING"]
    assert notices.cut


def test_a_list_that_holds_all_is_not_cut() -> None:
    notices = Notices()
    notices.add([notice("RC010")])
    assert not notices.cut


def test_only_an_error_refuses_and_only_in_its_scope() -> None:
    assert notice("RC010").refuses(Scope.RECORD)
    assert not notice("RC010").refuses(Scope.FILE)
    assert not notice("EMAIL_ENDING", Severity.WARNING).refuses(Scope.RECORD)
    assert not notice("BLANK_LINES", Severity.INFO, Scope.FILE).refuses(Scope.FILE)
