"""What a lazy group promises: only what is asked for is read, once, and its plain copy holds the same."""

from lxml import etree

from adapters.formats.xml_groups import Form, lazy, line_below, plain
from adapters.formats.xml_schema import Model
from gateway.core.model import Group

RECORD = """<Learner id=" 7 "><ULN> 1000000043
</ULN><ULN>2</ULN><Aim><Code>1</Code></Aim>
<Aim note="n"/><Prior>1</Prior>
<Prior>2</Prior><Bogus>b</Bogus><Odd><In>x</In></Odd><Sex>F<b/></Sex><Home><Town/></Home></Learner>"""
FIELDS = ("ULN", "Prior", "Absent", "Sex", "Town", "Bogus", "Code", "@id", "Name", "Email", "")


def model(*leaves: str, repeated: tuple[str, ...] = (), attributes: bool = False, **groups: Model) -> Model:
    """Return a model with these children."""
    made = Model()
    made.children = {name: Model() for name in leaves} | groups
    made.repeated = set(repeated)
    made.attributes = attributes
    return made


FORM = Form(
    model(
        *("ULN", "Sex", "Prior", "Name", "Email"),
        repeated=("Aim", "Prior"),
        attributes=True,
        Aim=model("Code", attributes=True),
        Home=model("Town"),
    )
)
PLAIN = Group(
    values={"ULN": "1000000043", "Prior": "1", "Bogus": "b", "Sex": "F", "@id": "7"},
    groups={
        "Aim": (
            Group(values={"Code": "1"}, path="Aim[1]"),
            Group(values={"@note": "n"}, path="Aim[2]"),
        ),
        "Prior": (Group(values={"": "1"}, path="Prior[1]"), Group(values={"": "2"}, path="Prior[2]")),
        "Odd": (Group(values={"In": "x"}, path="Odd"),),
        "Sex": (Group(values={"b": ""}, path="Sex"),),
        "Home": (Group(values={"Town": ""}, path="Home"),),
    },
)


def record() -> etree._Element:
    return etree.fromstring(RECORD)


def test_a_plain_copy_holds_all_in_the_order_of_the_file() -> None:
    copy = plain(lazy(record(), FORM))
    assert copy == PLAIN
    assert list(copy.groups) == ["Aim", "Prior", "Odd", "Sex", "Home"]
    assert (len(lazy(record(), FORM).values), len(lazy(record(), FORM).groups)) == (5, 5)


def test_a_field_is_read_when_it_is_asked_for_and_once() -> None:
    node = record()
    group = lazy(node, FORM)
    assert group["ULN"] == "1000000043"
    node[0].text, node[6].text = "changed", "changed"
    assert (group["ULN"], group["Bogus"]) == ("1000000043", "changed")


def test_any_order_and_number_of_questions_gives_the_same_answers() -> None:
    for first in range(len(FIELDS)):
        group = lazy(record(), FORM)
        asked = FIELDS[first:] + FIELDS[:first]
        assert {name: group.values.get(name) for name in asked} == {name: PLAIN.values.get(name) for name in asked}


def test_what_is_absent_is_empty_or_a_key_error() -> None:
    group = lazy(record(), FORM)
    assert (group["Absent"], group.all("Absent"), group.all("Email")) == ("", (), ())
    assert ("Absent" in group.values, "ULN" in group.values, "Aim" in group.groups) == (False, True, True)
    assert "ULN" not in group.groups


def test_names_count_without_their_namespace() -> None:
    node = etree.fromstring(
        RECORD.replace("<Learner", "<i:Learner xmlns='a' xmlns:i='b'").replace("r>", "r>", 1)[:-10] + "</i:Learner>"
    )
    assert plain(lazy(node, FORM)) == PLAIN


def test_the_line_of_a_field_is_its_own_or_that_of_the_nearest_above() -> None:
    node = record()
    paths = ("", "ULN", "Aim[1]/Code", "Aim[2]", "Aim[2]/Code", "Prior[2]", "Prior[3]", "Absent", "@id", "Aim[2]/@note")
    assert [line_below(node, 1, 100, path) for path in paths] == [1, 101, 102, 103, 103, 104, 1, 1, 1, 103]
