"""Filling a sheet: what holds on every platform, and what only one of them does."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.lms.export import SHEETS
from grader.lms.sheets.fill import OPENING, Change, Filled, Grade, SheetError, fill
from grader.lms.sheets.sheet import same_id, value
from grader.lms.table import TableError, read_table

from .sheets import BLACKBOARD, BLACKBOARD_COLUMN, BRIGHTSPACE, CANVAS, MOODLE, MOODLE_GERMAN

if TYPE_CHECKING:
    from collections.abc import Mapping


def filled(lms: str, data: bytes, grades: Mapping[str, Grade | float | None], **options: Any) -> Filled:
    table = read_table(data)
    known = {own: grade if isinstance(grade, Grade) else Grade(grade) for own, grade in grades.items()}
    return fill(table, SHEETS[lms](table), known, **{"maximum": 10.0, **options})


def replaced(data: bytes, *pairs: tuple[str, str], encoding: str = "utf-8") -> bytes:
    text = data.decode(encoding)
    for old, new in pairs:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return text.encode(encoding)


# What the sheet looks like to its platform: id, grade, feedback.


def test_brightspace_takes_its_own_sheet_back() -> None:
    done = filled("brightspace", BRIGHTSPACE, {"s250011": 9.5, "s250013": 0, "S250012": 7.25})
    assert done.data == replaced(
        BRIGHTSPACE,
        ("ane@uni.example,,", "ane@uni.example,9.5,"),
        ("jens@uni.example,4.00,", "jens@uni.example,7.25,"),
        ("jel2@uni.example,,", "jel2@uni.example,0,"),
    )
    assert done.matched_by == "OrgDefinedId"
    assert done.column.startswith("Lab 1 Points Grade")
    assert done.ungraded == ("s250014",)
    assert any("at once" in note for note in done.notes)


def test_canvas_takes_its_own_sheet_back() -> None:
    done = filled("canvas", CANVAS, {"501": 9.5, "502": 4.0}, column="Lab 1")
    assert done.data == replaced(CANVAS, ("ansk,Autumn,,", "ansk,Autumn,9.5,"))
    assert done.matched_by == "ID"
    assert done.unchanged == ("502",)
    # Neither the rows above the students nor the test student wait for a grade.
    assert done.ungraded == ("503", "504")


def test_moodle_takes_its_own_sheet_back() -> None:
    done = filled("moodle", MOODLE, {"9011": Grade(9.5, "x < y\n=1"), "9012": Grade(4.0, "well done")})
    feedback = f"<p>{OPENING}</p><p>x &lt; y</p><p>=1</p>"
    head, _, rest = MOODLE.decode().partition("grading,,10.00")
    there = f"{head}grading,9.5,10.00" + rest.replace(",-,\n", f",-,{feedback}\n", 1)
    assert done.data.decode() == there
    assert done.matched_by == "Identifier"
    assert done.unchanged == ("9012",)
    assert "Feedback that somebody else wrote stays: 9012." in done.notes


def test_blackboard_takes_its_own_sheet_back() -> None:
    done = filled("blackboard", BLACKBOARD, {"s250011": 9.5})
    assert done.data == replaced(BLACKBOARD, ('"Needs Grading"', '"9.5"'), encoding="utf-16-le")
    assert done.matched_by == "Student ID"
    assert done.changed == (Change("s250011", "Needs Grading", "9.5"),)


def test_blackboard_s_single_column_takes_feedback_in_the_format_of_its_row() -> None:
    done = filled("blackboard", BLACKBOARD_COLUMN, {"ansk": Grade(9.5, "x < y"), "jeli": Grade(0.0, "x < y")})
    assert done.data == replaced(
        BLACKBOARD_COLUMN,
        ('"ansk","","","SMART_TEXT",""', f'"ansk","9.5","","SMART_TEXT","{OPENING}\nx < y"'),
        ('"jeli","","","SMART_TEXT",""', f'"jeli","0","","SMART_TEXT","<p>{OPENING}</p><p>x &lt; y</p>"'),
    )


# Who is who.


@pytest.mark.parametrize(
    ("lms", "data", "ids", "heading"),
    [
        ("brightspace", BRIGHTSPACE, ("ansk", "#jeli"), "Username"),
        ("canvas", CANVAS, ("s250011", "s250012"), "SIS User ID"),
        ("canvas", CANVAS, ("ansk", "JELI"), "SIS Login ID"),
        ("moodle", MOODLE, ("9011", "9012"), "Identifier"),
        ("moodle", MOODLE, ("ane@uni.example", "Jens@uni.example"), "Email address"),
        ("moodle", MOODLE_GERMAN, ("9011", "9012"), "ID"),
        ("moodle", MOODLE_GERMAN, ("s250011", "s250012"), "ID-Nummer"),
        ("blackboard", BLACKBOARD, ("ansk", "jeli"), "Username"),
    ],
)
def test_the_column_with_most_ids_is_taken_and_named(
    lms: str, data: bytes, ids: tuple[str, str], heading: str
) -> None:
    done = filled(lms, data, dict.fromkeys(ids, 1.0) | {"nobody": 2.0}, titles=["Lab 1"])
    assert done.matched_by == heading
    assert {change.id for change in done.changed} == set(ids)
    assert done.absent == ("nobody",)


def test_names_never_match() -> None:
    done = filled("canvas", CANVAS, {"Lind, Jens": 9.0, "Jens Lind": 9.0}, column="Lab 1")
    assert done.data == CANVAS
    assert done.absent == ("Lind, Jens", "Jens Lind")
    assert any("No student was found by ID, SIS User ID, SIS Login ID." in note for note in done.notes)


def test_an_id_in_two_rows_is_refused() -> None:
    twice = BRIGHTSPACE.replace(b"#s250013", b"#s250012")
    with pytest.raises(SheetError, match=r"s250012 stands in several rows \(lines 3, 4\)"):
        filled("brightspace", twice, {"s250012": 5.0})
    # Whoever has no grade harms nobody.
    assert filled("brightspace", twice, {"s250011": 5.0}).changed


def test_an_id_of_two_students_is_refused() -> None:
    crossed = replaced(CANVAS, ("502,s250012", "502,501"))
    with pytest.raises(SheetError, match=r"501 is the ID of line 4 and the SIS User ID of line 5"):
        filled("canvas", crossed, {"501": 5.0}, column="Lab 1")


def test_two_students_in_one_row_are_refused() -> None:
    with pytest.raises(SheetError, match="s250011 and S250011 are the same row"):
        filled("brightspace", BRIGHTSPACE, {"s250011": 5.0, "S250011": 6.0})


def test_an_id_keeps_its_leading_zeros() -> None:
    assert filled("canvas", CANVAS, {"0501": 5.0}, column="Lab 1").absent == ("0501",)


def test_a_sheet_of_another_platform_is_refused() -> None:
    with pytest.raises(SheetError, match="no column that takes points"):
        filled("brightspace", CANVAS, {})
    with pytest.raises(SheetError, match="no column with ids"):
        filled("canvas", b"Name,Lab 1 (7)\nx,\n", {})


# Points.


def test_no_grade_is_not_zero() -> None:
    done = filled("brightspace", BRIGHTSPACE, {"s250011": None, "s250012": None, "s250013": 0.0})
    assert done.data == replaced(BRIGHTSPACE, ("jel2@uni.example,,", "jel2@uni.example,0,"))
    assert done.ungraded == ("s250011", "s250012", "s250014")
    assert done.absent == ()
    assert filled("brightspace", BRIGHTSPACE, {"nobody": None}).absent == ()


@pytest.mark.parametrize(
    ("points", "written"),
    [(9.5, "9.5"), (7.25, "7.25"), (10.0, "10"), (0.0, "0"), (2.675, "2.68"), (1 / 3, "0.33"), (1e-9, "0")],
)
def test_points_have_at_most_two_decimals(points: float, written: str) -> None:
    assert filled("brightspace", BRIGHTSPACE, {"s250011": points}).changed[0].after == written


def test_a_thousand_has_no_separator() -> None:
    data = replaced(BRIGHTSPACE, ("MaxPoints:10", "MaxPoints:2000"))
    assert filled("brightspace", data, {"s250011": 1234.5}, maximum=2000.0).changed[0].after == "1234.5"


@pytest.mark.parametrize("points", [-0.5, 10.5, float("nan")])
def test_points_that_cannot_be_are_refused(points: float) -> None:
    with pytest.raises(SheetError, match="are not from 0 to 10"):
        filled("brightspace", BRIGHTSPACE, {"s250011": points})


def test_another_maximum_is_refused_with_what_to_do() -> None:
    for lms, data in (("brightspace", BRIGHTSPACE), ("moodle", MOODLE), ("blackboard", BLACKBOARD)):
        with pytest.raises(
            SheetError, match=r"takes 10 points, the assignment gives 15\..* lms_maximum = 10"
        ):
            filled(lms, data, {}, maximum=15.0)


def test_a_sheet_that_says_no_maximum_is_filled_with_a_note() -> None:
    data = re.sub(rb" <Numeric.*?>", b"", BRIGHTSPACE)
    done = filled("brightspace", data, {"s250011": 15.0}, maximum=15.0)
    assert (
        "The sheet does not say how many points 'Lab 1 Points Grade' takes; full marks are 15." in done.notes
    )


def test_the_same_number_written_otherwise_is_no_change() -> None:
    done = filled("brightspace", BRIGHTSPACE, {"s250012": 4.0})
    assert (done.data, done.unchanged, done.changed) == (BRIGHTSPACE, ("s250012",), ())


@pytest.mark.parametrize(
    ("lms", "data", "own", "written"),
    [
        # The column itself says it, whatever its maximum looks like.
        ("moodle", replaced(MOODLE, (",4.00,10.00", ',"4,00",10.00')), "9011", '"9,5"'),
        ("moodle", MOODLE_GERMAN, "9011", '"9,5"'),
        ("canvas", CANVAS.replace(b'"Lind, Jens"', b"Jens").replace(b"10.00", b'"10,00"').replace(b"4.00", b"4"), "501", '"9,5"'),
        ("brightspace", BRIGHTSPACE.replace(b",", b";").replace(b"4.00", b""), "s250011", "9,5"),
        ("brightspace", BRIGHTSPACE.replace(b",", b";"), "s250011", "9.5"),
    ],
)  # fmt: skip
def test_the_decimal_mark_is_the_sheet_s(lms: str, data: bytes, own: str, written: str) -> None:
    done = filled(lms, data, {own: 9.5}, titles=["Lab 1"])
    before, after = read_table(data), read_table(done.data)
    cell = after.rows[next(c.ids for c in SHEETS[lms](before).ids).index(same_id(own))]
    place = next(c.place for c in SHEETS[lms](before).grades if c.heading == done.column)
    assert after.text[slice(*cell.spans[place])] == written


def test_two_decimal_marks_in_one_column_are_refused() -> None:
    data = replaced(BRIGHTSPACE, ("ane@uni.example,,", 'ane@uni.example,"9,5",'))
    with pytest.raises(SheetError, match=r"line 3: '4.00' has another decimal mark than line 2"):
        filled("brightspace", data, {})


# Columns.


def test_several_columns_need_a_name_or_a_title() -> None:
    with pytest.raises(
        SheetError, match=r"several columns .* --column. There is 'Lab 1 \(77123\)', 'Lab 2 \(77124\)'\."
    ):
        filled("canvas", CANVAS, {})
    assert filled("canvas", CANVAS, {}, titles=["lab  1", "week1"]).column == "Lab 1 (77123)"
    assert filled("canvas", CANVAS, {}, column="Lab 2 (77124)", maximum=20.0).column == "Lab 2 (77124)"
    with pytest.raises(SheetError, match="0 columns are called 'Lab 3'"):
        filled("canvas", CANVAS, {}, column="Lab 3")


def test_a_title_that_two_columns_have_needs_the_whole_heading() -> None:
    data = CANVAS.replace(b"Lab 2", b"Lab 1")
    with pytest.raises(SheetError, match="2 columns are called 'Lab 1'"):
        filled("canvas", data, {}, column="Lab 1")
    assert filled("canvas", data, {}, column="Lab 1 (77123)").column == "Lab 1 (77123)"


def test_columns_that_are_computed_or_no_points_take_nothing() -> None:
    table = read_table(CANVAS)
    assert [column.title for column in SHEETS["canvas"](table).grades] == ["Lab 1", "Lab 2"]
    german = read_table(CANVAS.replace(b"(read only)", "(schreibgeschützt)".encode()))
    assert [column.title for column in SHEETS["canvas"](german).grades] == ["Lab 1", "Lab 2"]
    board = read_table(BLACKBOARD)
    assert [column.title for column in SHEETS["blackboard"](board).grades] == ["Lab 1"]


def test_an_item_of_brightspace_may_have_any_title() -> None:
    data = BRIGHTSPACE.replace(b"Lab 1 Points", b'Lab 1, "Points Grade" (77) Points').replace(
        b",Lab 1", b',"Lab 1'
    ).replace(b'"Points Grade"', b'""Points Grade""').replace(b"CategoryWeight:40>", b'CategoryWeight:40>"')  # fmt: skip
    (column,) = SHEETS["brightspace"](read_table(data)).grades
    assert (column.title, column.maximum) == ('Lab 1, "Points Grade" (77)', "10")


def test_the_heading_of_brightspace_may_say_less_or_more() -> None:
    for kind, maximum in (
        (b"", ""),
        (b" <Numeric>", ""),
        (b" <Numeric MaxPoints:7.5>", "7.5"),
        (b" <Pass/Fail MaxPoints:10 Weight:5>", "10"),
    ):
        table = read_table(re.sub(rb" <Numeric.*?>", kind, BRIGHTSPACE))
        assert [(column.title, column.maximum) for column in SHEETS["brightspace"](table).grades] == [
            ("Lab 1", maximum)
        ]
    symbol = read_table(BRIGHTSPACE.replace(b"Points Grade", b"Grade Symbol"))
    assert SHEETS["brightspace"](symbol).grades == ()


def test_the_maximum_of_moodle_may_be_a_whole_number() -> None:
    data = MOODLE.replace(b"Maximum Grade", b"Maximum grade").replace(b"10.00", b"10")
    assert filled("moodle", data, {"9011": 9.5}).column == "Grade"


def test_a_scale_of_moodle_takes_no_points() -> None:
    data = MOODLE.replace(b"Maximum Grade", b"Scale").replace(b"10.00", b"Pass")
    with pytest.raises(SheetError, match="no column that takes points"):
        filled("moodle", data, {"9011": 1.0})


CANVAS_OTHERWISE = (
    b"LastName,FirstName,ID,SIS User ID,SIS Login ID,Integration ID,Root Account,Section,Notes,Lab 1 (77123),"
    b"Current Points (Autumn),Override Score,Override Grade\n"
    b"    Points Possible,,,,,,,,,10.00,(read only),(read only),(read only)\n"
    b"Skov-Lund,Ane,501,s250011,ansk,i11,uni.example,Autumn,late,,,,\n"
    b"Student,Test,599,,c0ffee,,uni.example,Autumn,,,,,\n"
)
MOODLE_ANONYMOUS = (
    b"Identifier,Status,Group,Marker,Grade,Maximum Grade,Marking workflow state,Grade can be changed,"
    b"Last modified (submission),Online text,Last modified (grade),Feedback comments\n"
    b"Participant 9011,Submitted for grading,Group 7,Bo,,10.00,Marking completed,Yes,-,,-,\n"
)
BLACKBOARD_OTHERWISE = (
    "Last Name,First Name,Username,Last Access,Lab 1 [Total Pts: 10 Score] |55021,Lab 0,Feedback Format,Feedback to Learner\n"
    "Skov-Lund,Ane,ansk,2026-09-05 22:49:03,{},,PLAIN_TEXT,\n"
)


def test_canvas_may_show_last_names_apart_and_no_row_about_posting() -> None:
    done = filled("canvas", CANVAS_OTHERWISE, {"501": 9.5})
    assert done.data == replaced(CANVAS_OTHERWISE, ("Autumn,late,,", "Autumn,late,9.5,"))
    assert done.ungraded == ()


@pytest.mark.parametrize("text", ["Muted", "Manual Posting (scores hidden from instructors)"])
def test_canvas_may_say_otherwise_what_is_posted_by_hand(text: str) -> None:
    data = CANVAS.replace(b"Manual Posting", text.encode())
    assert filled("canvas", data, {"501": 9.5}, column="Lab 1").data == replaced(
        data, ("ansk,Autumn,,", "ansk,Autumn,9.5,")
    )


def test_canvas_is_told_what_a_blank_does_there() -> None:
    assert any("clears" in note for note in filled("canvas", CANVAS, {}, column="Lab 1").notes)


def test_a_worksheet_of_moodle_may_be_anonymous_and_have_more_columns() -> None:
    done = filled("moodle", MOODLE_ANONYMOUS, {"9011": Grade(9.5, "x")})
    assert done.data == replaced(
        MOODLE_ANONYMOUS, ("Bo,,10", "Bo,9.5,10"), (",-,\n", f",-,<p>{OPENING}</p><p>x</p>\n")
    )


def test_the_word_before_a_participant_s_number_is_of_any_language() -> None:
    data = MOODLE.replace(b"Participant ", b"Participante")
    done = filled("moodle", data, {"9011": 9.5})
    assert [change.id for change in done.changed] == ["9011"]
    assert b"\nParticipante9011," in done.data


@pytest.mark.parametrize("text", ["", "Needs Grading", "Needs Grading(85.00)", "In Progress", "0.00"])
def test_blackboard_may_have_a_word_where_a_grade_goes(text: str) -> None:
    data = BLACKBOARD_OTHERWISE.format(text).encode()
    done = filled("blackboard", data, {"ansk": Grade(9.5, "x < y")})
    # A column without an id would come in as text that is worth nothing.
    assert done.column == "Lab 1 [Total Pts: 10 Score] |55021"
    assert done.data.decode() == BLACKBOARD_OTHERWISE.format("9.5").replace(
        "TEXT,\n", f'TEXT,"{OPENING}\nx < y"\n'
    )


def test_brightspace_may_know_people_by_their_user_names_alone_and_use_tabs() -> None:
    data = (
        b"Username\tLab 1 Points Grade\tAdjusted Final Grade Numerator\tEnd-of-Line Indicator\n#ansk\t\t\t#\n"
    )
    assert filled("brightspace", data, {"ansk": 9.5}).data == data.replace(b"#ansk\t", b"#ansk\t9.5")


# What a person or the platform decided.


@pytest.mark.parametrize("text", ["EX", "N/A"])
def test_what_canvas_says_instead_of_points_stays(text: str) -> None:
    data = CANVAS.replace(b",EX,", f",{text},".encode())
    done = filled("canvas", data, {"503": 9.0}, column="Lab 1")
    assert (done.data, done.kept) == (data, (Change("503", text, "9"),))


def test_a_locked_row_of_moodle_stays() -> None:
    done = filled("moodle", MOODLE, {"9013": 9.0})
    assert (done.data, done.kept) == (MOODLE, (Change("9013", "locked", "9"),))


def test_a_worksheet_in_another_language_says_what_to_tick() -> None:
    assert any("not in English" in note for note in filled("moodle", MOODLE_GERMAN, {}).notes)
    assert not any("not in English" in note for note in filled("moodle", MOODLE, {}).notes)


def test_our_own_feedback_is_replaced_and_no_other() -> None:
    first = filled("moodle", MOODLE, {"9011": Grade(9.5, "once")}).data
    again = filled("moodle", first, {"9011": Grade(9.5, "twice")})
    assert again.data == first.replace(b"once", b"twice")
    assert again.changed == (Change("9011", "9.5", "9.5"),)
    same = filled("moodle", first, {"9011": Grade(9.5, "once")})
    assert (same.data, same.unchanged) == (first, ("9011",))


@given(st.text(), st.sampled_from([MOODLE, BLACKBOARD_COLUMN]))
def test_no_feedback_is_run_by_a_spreadsheet(text: str, data: bytes) -> None:
    lms, own, place = ("moodle", "9011", 9) if data is MOODLE else ("blackboard", "ansk", 4)
    done = filled(lms, data, {own: Grade(9.5, text)})
    cells = next(csv.reader(io.StringIO(done.data.decode("utf-8-sig"), newline="")))  # the heading
    assert cells == list(read_table(data).heading)
    written = read_table(done.data).rows[0].cells[place]
    assert not written or written.startswith((OPENING, "<p>"))


def test_feedback_that_the_encoding_has_no_room_for_is_an_error() -> None:
    data = BLACKBOARD_COLUMN.replace(b"Grading Notes", "Anmærkning".encode("cp1252"))
    with pytest.raises(TableError, match="line 2: 'δ' cannot be written"):
        filled("blackboard", data, {"ansk": Grade(9.5, "δ")})


def test_cells_that_were_there_stay_as_they_were() -> None:
    for lms, data in (("brightspace", BRIGHTSPACE), ("canvas", CANVAS), ("moodle", MOODLE)):
        done = filled(lms, data, {}, titles=["Lab 1"])
        assert done.data == data
        assert b"=1+1" in done.data


@pytest.mark.parametrize(
    ("text", "number"),
    [("-1.5", -1.5), ("-7,5", -7.5), (" 3 ", 3.0), ("+45 12 34", None), ("1,234.5", None), ("EX", None), ("", None)],
)  # fmt: skip
def test_what_is_a_number(text: str, number: float | None) -> None:
    assert value(text) == number


@given(
    st.dictionaries(
        st.sampled_from(["501", "502", "504"]),
        st.none() | st.floats(0, 10).map(lambda points: round(points, 2)),
    )
)
def test_canvas_reads_back_what_was_graded(grades: dict[str, float | None]) -> None:
    done = filled("canvas", CANVAS, grades, column="Lab 1")
    before, after = (list(csv.reader(io.StringIO(data.decode()))) for data in (CANVAS, done.data))
    for old, new in zip(before, after, strict=True):
        points = grades.get(old[1])
        assert [*new[:5], *new[6:]] == [*old[:5], *old[6:]]
        assert new[5] == old[5] if points is None else float(new[5]) == pytest.approx(points, abs=1e-9)
