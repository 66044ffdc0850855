"""What the memory of silent groups promises: the rules' own answer always, and equal groups judged once."""

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from adapters.formats.xml_reading_memory import Memory
from gateway.core.model import Group, Record
from gateway.core.rules.rule import Context, Found, GroupRule
from tests.formats.xml_reading_kind import DAY

CONTEXT = Context(as_of=DAY, file_name="given.xml")
NEAR = frozenset({"Year"})
LETTERS = st.sampled_from(["", "1", "2"])


def looks_further_by_branch(aim: Group, _record: Record, _: Context) -> Iterator[Found]:
    if aim["Type"] == "1" and aim["End"] == "2":
        yield Found("End")


def looks_below(aim: Group, _record: Record, _: Context) -> Iterator[Found]:
    if len(aim.all("Part")) > 1 and any(part["Code"] == "2" for part in aim.all("Part")):
        yield Found("Part")


def looks_below_at_paths(aim: Group, _record: Record, _: Context) -> Iterator[Found]:
    if any(part.path.startswith("Aim[2]") and part["Text"] == "2" for part in aim.all("Part")):
        yield Found("Part")


def looks_at_the_file(aim: Group, record: Record, _: Context) -> Iterator[Found]:
    if aim["Type"] == record["Year"] == "2":
        yield Found("Type")


def looks_at_the_record(aim: Group, record: Record, _: Context) -> Iterator[Found]:
    if aim["Type"] == "" and record["Born"] == "2":
        yield Found("/Born")


def looks_at_other_groups(aim: Group, record: Record, _: Context) -> Iterator[Found]:
    if aim["End"] == "" and len(record.all("Aim")) > 1:
        yield Found("End")


def looks_at_its_place(aim: Group, _record: Record, _: Context) -> Iterator[Found]:
    if aim.path == "Aim[2]" and aim.values.get("Mark") == "1":
        yield Found("Mark")


RULES: list[GroupRule] = [
    looks_further_by_branch, looks_below, looks_below_at_paths, looks_at_the_file, looks_at_the_record,
    looks_at_other_groups, looks_at_its_place,
]  # fmt: skip


def part_of(code: str, text: str, path: str) -> Group:
    return Group(values={"Code": code, "Text": text}, path=path)


@st.composite
def records(draw: st.DrawFn) -> Record:
    aims = []
    for number in range(1, draw(st.integers(1, 2)) + 1):
        path = f"Aim[{number}]"
        below = draw(st.lists(st.tuples(LETTERS, LETTERS), max_size=2))
        parts = [part_of(code, text, f"{path}/Part[{nth}]") for nth, (code, text) in enumerate(below, 1)]
        values = {name: draw(LETTERS) for name in ("Type", "End", "Mark")}
        aims.append(Group(values=values, groups={"Part": parts} if parts else {}, path=path))
    values = {"Year": draw(LETTERS), "Born": draw(LETTERS)}
    return Record(number=1, line=1, key="", values=values, groups={"Aim": aims})


def finds_nothing(rules: list[GroupRule], aim: Group, record: Record) -> bool:
    return not any(list(rule(aim, record, CONTEXT)) for rule in rules)


@given(several=st.lists(records(), min_size=1, max_size=30), rules=st.permutations(RULES))
def test_whatever_came_before_the_answer_is_that_of_the_rules(several: list[Record], rules: list[GroupRule]) -> None:
    memory = Memory(rules, CONTEXT, NEAR)
    for record in several:
        for aim in record.all("Aim"):
            assert memory.find_nothing(aim, record) is finds_nothing(rules, aim, record)


def record_with(aim: Group, number: int = 1) -> Record:
    return Record(number=number, line=1, key=f"K{number}", values={"Year": "1"}, groups={"Aim": [aim]})


def calls(rule: GroupRule, aims: list[Group]) -> int:
    """Return how often a rule is run on these groups, each in a record of its own."""
    count = 0

    def counted(group: Group, record: Record, context: Context) -> Iterator[Found]:
        nonlocal count
        count += 1
        return rule(group, record, context)

    memory = Memory([counted], CONTEXT, NEAR)
    for number, aim in enumerate(aims):
        assert memory.find_nothing(aim, record_with(aim, number))
    return count


def test_groups_alike_in_what_is_looked_at_are_judged_once() -> None:
    aims = [Group(values={"Type": "2", "End": str(number)}, path="Aim[1]") for number in range(50)]
    assert calls(looks_further_by_branch, aims) == 1


def test_a_rule_that_looks_beyond_its_group_is_run_every_time() -> None:
    aims = [Group(values={"Type": ""}, path="Aim[1]")] * 50
    assert calls(looks_at_the_record, aims) >= 50


def test_where_all_groups_differ_nothing_more_is_remembered() -> None:
    aims = [Group(values={"Type": f"x{number}"}, path="Aim[1]") for number in range(3_000)]
    assert calls(looks_further_by_branch, aims + aims[-1:] * 10) == 3_010


def test_what_is_known_is_forgotten_where_it_grows_too_large() -> None:
    aims = [Group(values={"Type": f"x{number}"}, path="Aim[1]") for number in range(10_000)]
    often = [aim for one in aims for aim in (one, one)]
    assert calls(looks_further_by_branch, [*often, aims[0]]) == 10_001
