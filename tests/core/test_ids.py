"""Submission ids sort by time and give nothing away."""

from datetime import UTC, datetime, timedelta

from gateway.core.ids import ALPHABET, RANDOM_BITS, mailbox_name, submission_id

MOMENT = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)


def test_an_id_has_14_characters_that_do_not_look_alike() -> None:
    name = submission_id(MOMENT, 2**RANDOM_BITS - 1)
    assert len(name) == 14
    assert set(name) <= set(ALPHABET)
    assert not set(ALPHABET) & set("ilou")


def test_ids_sort_by_time_to_the_millisecond() -> None:
    moments = [MOMENT + timedelta(milliseconds=step) for step in range(40)]
    ids = [submission_id(moment, 2**RANDOM_BITS - 1 - step) for step, moment in enumerate(moments)]
    assert ids == sorted(ids)


def test_two_ids_of_one_moment_differ_by_chance_alone() -> None:
    first, second = submission_id(MOMENT, 0), submission_id(MOMENT, 1)
    assert first[:9] == second[:9]
    assert first != second


def test_a_response_is_named_for_the_file_the_submission_and_its_part() -> None:
    assert mailbox_name("LRB_10000001_010920261430.CSV", "0abc", "OUT.CSV") == "LRB_10000001_010920261430.0abc.OUT.CSV"
    assert mailbox_name("noextension", "0abc", "receipt.json") == "noextension.0abc.receipt.json"
    assert mailbox_name(".hidden", "0abc", "receipt.json") == ".hidden.0abc.receipt.json"
