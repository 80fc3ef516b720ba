"""Rosters of every kind: who is in the class, under which ids, and that nobody is found by a name."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.lms.roster import Person, read_ids, read_roster
from grader.submission import InputError

BRIGHTSPACE = """\
OrgDefinedId,Username,Last Name,First Name,Email,Lab 1 Points Grade <Numeric MaxPoints:10>,End-of-Line Indicator\r
#s250001,#s250001,Bæk-Holm,Åse,aase@student.example,,#\r
#007,#ib,"O'Dea, Jr.",=2+3,pat@student.example,7.25,#\r
"""
GROUPS = """\
Username,Project groups
s250001,Group 12
s250002,Group 12
s250003,Group 1
"""
CANVAS = '''\
Student,ID,SIS User ID,SIS Login ID,Section,Lab 1 (99),Final Score
,,,,,Manual Posting,
    Points Possible,,,,,10.00,(read only)
"Bæk-Holm, Åse",2001,s250001,aase@student.example,Autumn,9.50,
"=""=2+3 Lund""",2002,s250002,ib@student.example,Autumn,,
"Student, Test",2999,,4f3a,Autumn,,
'''
CANVAS_APART = """\
LastName,FirstName,ID,SIS User ID,SIS Login ID,Section,Lab 1 (99)
    Points Possible,,,,,,10.00
Lund,Ib,2002,s250002,ib,Autumn,
Student,Test,2999,,4f3a,Autumn,
"""
MOODLE = """\
Identifier,Full name,ID number,Email address,Status,Grade,Maximum Grade,Feedback comments
Participant 30001,Åse Bæk-Holm,s250001,aase@student.example,No submission,,10.00,
Participant 30002,Ib Lund,s250002,ib@student.example,No submission,,10.00,
"""
MOODLE_GERMAN = """\
ID,Vollständiger Name,E-Mail-Adresse,Status,Bewertung,Bestwertung
Teilnehmer/in30001,Åse Bæk-Holm,aase@student.example,-,,"10,00"
Teilnehmer/in30002,Ib Lund,ib@student.example,-,"7,50","10,00"
"""
BLACKBOARD = """\
"Last Name"\t"First Name"\t"Username"\t"Student ID"\t"Lab 1 [Total Pts: 10 Score] |4711"
"Bæk-Holm"\t"Åse"\t"aase"\t"s250001"\t"Needs Grading"
"Lund"\t"Ib"\t"ib_lund"\t"s250002"\t""
"""
GRADESCOPE = """\
First Name,Last Name,SID,Email,Role
Åse,Bæk-Holm,s250001,aase@student.example,Student
No,Number,,nn@student.example,Student
Eva,Teacher,,eva@staff.example,Instructor
"""
PLAIN = """\
id;name;group;extension
s250001;Åse Bæk-Holm;A;24
s250002;Ib Lund;;1,5
s250003;;A;2025-10-10
s250004;;;2025-10-10 12:00
"""

ROSTERS: dict[str, tuple[bytes, list[Person]]] = {
    "Brightspace": (
        BRIGHTSPACE.encode("utf-8-sig"),
        [
            Person("s250001", "Åse Bæk-Holm", ("aase@student.example",)),
            Person("007", "=2+3 O'Dea, Jr.", ("ib", "pat@student.example")),
        ],
    ),
    "groups of Brightspace": (
        GROUPS.encode(),
        [
            Person("s250001", group="Group 12"),
            Person("s250002", group="Group 12"),
            Person("s250003", group="Group 1"),
        ],
    ),
    "Canvas": (
        CANVAS.encode(),
        [
            Person("2001", "Bæk-Holm, Åse", ("s250001", "aase@student.example")),
            Person("2002", "=2+3 Lund", ("s250002", "ib@student.example")),
        ],
    ),
    "Moodle": (
        MOODLE.encode("utf-8-sig"),
        [
            Person("30001", "Åse Bæk-Holm", ("Participant 30001", "s250001", "aase@student.example")),
            Person("30002", "Ib Lund", ("Participant 30002", "s250002", "ib@student.example")),
        ],
    ),
    "Moodle in German": (
        MOODLE_GERMAN.encode(),
        [
            Person("30001", "Åse Bæk-Holm", ("Teilnehmer/in30001", "aase@student.example")),
            Person("30002", "Ib Lund", ("Teilnehmer/in30002", "ib@student.example")),
        ],
    ),
    "Blackboard": (
        b"\xff\xfe" + BLACKBOARD.encode("utf-16-le"),
        [Person("aase", "Åse Bæk-Holm", ("s250001",)), Person("ib_lund", "Ib Lund", ("s250002",))],
    ),
    "Gradescope": (
        GRADESCOPE.encode(),
        [
            Person("s250001", "Åse Bæk-Holm", ("aase@student.example",)),
            Person("nn@student.example", "No Number"),
        ],
    ),
    "Canvas with last names apart": (
        CANVAS_APART.encode(),
        [Person("2002", "Ib Lund", ("s250002", "ib"))],
    ),
    "an older list of Gradescope": (
        b"Name,SID,Email,Total Score,Status\nIb Lund,s250002,ib@student.example,,Missing\n",
        [Person("s250002", "Ib Lund", ("ib@student.example",))],
    ),
    "plain": (
        PLAIN.encode("cp1252"),
        [
            Person("s250001", "Åse Bæk-Holm", (), "A", timedelta(days=1)),
            Person("s250002", "Ib Lund", (), None, timedelta(minutes=90)),
            Person("s250003", None, (), "A", datetime(2025, 10, 10, 23, 59, 59)),  # noqa: DTZ001 - the course's own
            Person("s250004", None, (), None, datetime(2025, 10, 10, 12, 0)),  # noqa: DTZ001
        ],
    ),
    "ids alone": (b"id\ns250001\n\ns250002\n", [Person("s250001"), Person("s250002")]),
    "many columns and several words before numbers": (
        b"id,name,a,b,c,d\nstudent17,Bo,,,,\nguest17,Ib,,,,\n",
        [Person("student17", "Bo"), Person("guest17", "Ib")],
    ),
    "words before numbers that are ids": (
        b"id,name\nstudent17,Bo\nstudent18,Ib\n",
        [Person("student17", "Bo"), Person("student18", "Ib")],
    ),
}


@pytest.mark.parametrize(("data", "people"), ROSTERS.values(), ids=ROSTERS)
def test_a_roster_is_read_and_everyone_found_by_every_id(data: bytes, people: list[Person]) -> None:
    roster = read_roster(data)
    assert list(roster.people) == people
    for person in people:
        for known in (person.id, *person.aliases):
            assert roster.find(known) is roster.find(f" #{known.upper()} ") is not None
            assert roster.find(known) == person
        if person.name:
            assert roster.find(person.name) is None


def test_somebody_who_is_not_there_is_none() -> None:
    roster = read_roster(MOODLE.encode())
    assert roster.find("30003") is roster.find("") is roster.find("3000") is None


def test_a_group_is_found_by_its_name() -> None:
    roster = read_roster(GROUPS.encode())
    assert [person.id for person in roster.group("group 12")] == ["s250001", "s250002"]
    assert [person.id for person in roster.group("group12")] == ["s250001", "s250002"]
    assert [person.id for person in roster.group("Group 1")] == ["s250003"]
    assert roster.group("") == roster.group("Group") == ()


def test_groups_that_look_alike_without_their_marks_stay_apart() -> None:
    roster = read_roster(b"id,group\n1,A+\n2,A-\n3,Ann A\n4,+++\n")
    assert [person.id for person in roster.group("a+")] == ["1"]
    assert [person.id for person in roster.group("A-")] == ["2"]
    assert [person.id for person in roster.group("anna")] == ["3"]
    assert [person.id for person in roster.group("+++")] == ["4"]
    assert roster.group("a") == roster.group("Anna") == roster.group("") == ()


def test_decomposed_letters_are_the_same_letters() -> None:
    roster = read_roster("id,group\nåse,Å\n".encode())
    assert roster.find("a\u030ase") is not None
    assert len(roster.group("A\u030a")) == 1


ERRORS = {
    "no column with ids": (b"Nummer,Navn\n1,Bo\n", r"only `Nummer`, `Navn`\. A roster needs a column `id`"),
    "an id twice": (b"id,name\ns1,Bo\ns2,Ib\ns1,Bo\n", r"lines 2 and 4 are both about s1"),
    "an id twice but for capitals": (b"id\nbo\nBO\n", r"lines 2 and 3 are both about BO"),
    "one's id, another's user name": (b"id,username\ns1,ib\nib,s9\n", r"lines 2 and 3 are both about ib"),
    "a name without an id": (b"id,name\n,Bo\n", r"no id in line 2 \(Bo\)"),
    "two columns with ids": (b"id,ID\n1,2\n", r"two columns `ID`"),
    "an extension in words": (b"id,extension\ns1,a week\n", r"'a week' in line 2"),
    "an extension back in time": (b"id,extension\ns1,-3\n", r"'-3' in line 2"),
    "an extension without end": (b"id,extension\ns1,inf\n", r"'inf' in line 2"),
    "an extension that is no number": (b"id,extension\ns1,nan\n", r"'nan' in line 2"),
    "an extension in another time zone": (b"id,extension\ns1,2025-10-10T12:00Z\n", r"in line 2"),
    "no table": (b"", r"The roster cannot be read"),
    "an Excel file": (b"PK\x03\x04", r"The roster cannot be read.*Excel"),
}


@pytest.mark.parametrize(("data", "message"), ERRORS.values(), ids=ERRORS)
def test_a_roster_that_cannot_be_trusted_is_an_input_error(data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        read_roster(data)
    assert str(caught.value).isprintable()


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.binary(max_size=60) | st.text(alphabet='id,;\t\r\n"#s1 ', max_size=60).map(str.encode))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    for read in (read_roster, read_ids):
        try:
            read(data)
        except InputError:
            continue


IDS = st.text(alphabet="abcæÅß019._-@", min_size=1, max_size=8)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(IDS, unique_by=str.casefold, min_size=1, max_size=8))
def test_everyone_is_found_again(ids: list[str]) -> None:
    roster = read_roster("\n".join(["id", *ids]).encode("utf-8-sig"))
    assert [person.id for person in roster.people] == ids
    assert all((person := roster.find(who.upper())) and person.id == who for who in ids if "ß" not in who)


# --- list of ids ----------------------------------------------------------------------------------------------------


def test_a_list_of_ids_says_who_is_behind_what_was_handed_in() -> None:
    data = "handed_in,id,note\nIb Lund (7),#s250002,asked him\nold laptop/week1,s250001,\n".encode(
        "utf-8-sig"
    )
    assert read_ids(data) == {"Ib Lund (7)": "s250002", "old laptop/week1": "s250001"}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"handed_in,name\na,b\n", "needs the columns `handed_in` and `id`"),
        (b"handed_in,id\na,\n", "empty cell in line 2"),
        (b"handed_in,id\na,s1\na,s2\n", r"gives a two ids, s1 and s2 \(line 3\)"),
        (b"", "The list of ids cannot be read"),
    ],
)
def test_a_list_of_ids_that_says_too_little_is_an_input_error(data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_ids(data)
