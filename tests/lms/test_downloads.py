"""Downloads of the five platforms: who handed in what and when, whatever a student calls himself or his file."""

from __future__ import annotations

import string
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.lms.downloads import read_download
from grader.notebook import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from grader.lms.downloads.hand_in import Download, HandIn


def read_all(paths: Iterable[str], contents: Mapping[str, str] | None = None) -> Download | None:
    def read(path: str) -> bytes:
        try:
            return (contents or {})[path].encode()
        except KeyError:
            raise UnreadableError("unreadable", "The file is damaged.") from None

    return read_download(paths, read)


def download(paths: Iterable[str], contents: Mapping[str, str] | None = None) -> Download:
    found = read_all(paths, contents)
    assert found is not None
    return found


def by_who(found: Download) -> dict[str, HandIn]:
    whos = {hand_in.who: hand_in for hand_in in found.hand_ins}
    assert len(whos) == len(found.hand_ins)
    return whos


def at(*time: int) -> datetime:
    return datetime(*time)  # type: ignore[arg-type]  # noqa: DTZ001 - as names tell it


BRIGHTSPACE = [
    "index.html",
    "81201-5501 - Åse Bæk-Holm - Oct 3, 2025 1049 PM/lab1.ipynb",
    "81201-5501 - Åse Bæk-Holm - Oct 4, 2025 110 AM/lab1.ipynb",
    "81202-5501 - Ib Lund - Oct 3, 2025 926 PM/lab1.ipynb",
    "81203-5501 - Ib Lund - Oct 3, 2025 926 PM/lab1 (1).ipynb",
]
DTU_LEARN = [
    "archive/index.html",
    "archive/81201-5501 - s250001, Åse Bæk-Holm - 3 October, 2025 1249 PM/lab1.ipynb",
    "archive/81201-5501 - s250001, Åse Bæk-Holm - 03 October, 2025 110 PM/lab1.ipynb",
    "archive/81202-5501 - s250002, Ib Lund - 3 October, 2025 9:26 PM/lab1.ipynb",
    "archive/81202-5501 - s250002, Ib Lund - 3 October, 2025 9:26 PM/src/plot.py",
    "archive/81207-5501 - abcd, Eva Tea-Cher - 3 oktober, 2025 2126/lab1.ipynb",
    "archive/81220-5501 - Group 12 - 3 October, 2025 926 PM/lab1.ipynb",
]
CANVAS = [
    "bækholmåse_LATE_2001_880001_lab1-1.ipynb",
    "lundib_2002_880002_lab1.ipynb",
    "lundib_2003_880003_lab1.ipynb",
    "lundib_2003_880004_notes.pdf",
    "lundib_2002_text.html",
    "onlytext_2004_text.html",
    "onlylink_LATE_2005_link.html",
    "LATE_anon_q7Xz1_880005_lab1.ipynb",
    "anon_b2Cd9_880006_lab1.ipynb",
]
MOODLE = [
    "Åse Bæk-Holm_30001_assignsubmission_file/lab1.ipynb",
    "Åse Bæk-Holm_30001_assignsubmission_file/data/x.csv",
    "Ib Lund_30002_assignsubmission_file_/lab1.ipynb",
    "Ib Lund_30003_assignsubmission_file_lab1.ipynb",
    "Ib Lund_30003_assignsubmission_onlinetext/onlinetext.html",
    "Ann Other_30004_assignsubmission_onlinetext_onlinetext.html",
    "Participant_30005_assignsubmission_file/lab1.ipynb",
    "s250006_Eva Site-Patch_30006_assignsubmission_file_/lab1.ipynb",
    "Group 7_41_assignsubmission_file/lab1.ipynb",
    "Default group_assignsubmission_file/lab1.ipynb",
]
BLACKBOARD = [
    "Lab_1_s250001_attempt_2025-10-03-22-49-03_lab1.ipynb",
    "Lab_1_s250001_attempt_2025-10-03-22-49-03.txt",
    "Lab_1_s250001_attempt_2025-10-04-01-10-00_lab1.ipynb",
    "Lab_1_s250001_attempt_2025-10-04-01-10-00_data_attempt.csv",
    "Lab_1_s250001_attempt_2025-10-04-01-10-00.txt",
    "Lab_1_ib_lund_attempt_2025-10-03-21-26-00_lab1.ipynb",
    "Lab_1_ib_lund_attempt_2025-10-03-21-26-00.txt",
    "Lab_1_no_receipt_attempt_2025-10-03-21-26-00_lab1.ipynb",
    "Lab_1_typed_attempt_2025-10-03-21-26-00.txt",
]
RECEIPTS = {
    BLACKBOARD[1]: "Name: Åse Bæk-Holm (s250001)\r\nAssignment: Lab_1\r\n\r\nFiles:\r\n",
    BLACKBOARD[4]: "Name: Åse Bæk-Holm (s250001)\nAssignment: Lab_1\n",
    BLACKBOARD[6]: "Navn: Ib (Bo) Lund (ib_lund)\nOpgave: Lab_1\n",
    BLACKBOARD[8]: "Name: Ty Ped (typed)\n",
}
GRADESCOPE = [
    "assignment_9_export/submission_metadata.yml",
    "assignment_9_export/submission_700001/lab1.ipynb",
    "assignment_9_export/submission_700002/lab1.ipynb",
    "assignment_9_export/submission_700002/src/plot.py",
    "assignment_9_export/submission_700003/lab1.ipynb",
    "assignment_9_export/submission_700009/lab1.ipynb",
]
METADATA = {
    GRADESCOPE[0]: r"""---
submission_700001:
  :submitters:
  - :name: "\xC5se B\u00E6k-Holm"
    :sid: 001234
    :email: aase@student.example
    :sections:
      - :name: Monday
  :created_at: 2025-10-03 22:49:03.123456000 +02:00
  :score: 1.0
  :results:
    output: "a student prints this:\n
      submission_700003:\n
      :submitters:\n  - :sid: s250001"
    other: |-
      submission_700002:
        :submitters:
        - :name: Eve
          :sid: s259999
    tags: !ruby/hash:ActiveSupport::HashWithIndifferentAccess {}
  :history:
  - :id: 699999
    :created_at: 2025-10-01 10:00:00 Z
submission_700002:
  :submitters:
  - :name: Ib Lund
    :sid: s250003
    :email: ib@student.example
  - :name: 'Pat O''Dea'
    :sid: s250002
    :email: pat@student.example
  :created_at: 2025-10-03 20:49:03 Z
submission_700003:
  :submitters:
  - :name: No Number
    :sid:
    :email: nn@student.example
submission_700004:
  :submitters:
  - :name: No File
    :sid: s250004
""",
}


def test_brightspace_keeps_two_people_of_one_name_apart() -> None:
    found = download(BRIGHTSPACE)
    assert (found.lms, found.problems) == ("Brightspace", ())
    assert [(hand_in.who, hand_in.name, hand_in.submitted) for hand_in in found.hand_ins] == [
        ("Åse Bæk-Holm (81201)", "Åse Bæk-Holm", at(2025, 10, 3, 22, 49)),
        ("Åse Bæk-Holm (81201)", "Åse Bæk-Holm", at(2025, 10, 4, 1, 10)),
        ("Ib Lund (81202)", "Ib Lund", at(2025, 10, 3, 21, 26)),
        ("Ib Lund (81203)", "Ib Lund", at(2025, 10, 3, 21, 26)),
    ]


def test_dtu_learn_tells_ids_and_writes_the_day_first() -> None:
    found = download(DTU_LEARN)
    assert (found.lms, found.problems) == ("Brightspace", ())
    assert {(hand_in.who, hand_in.name, hand_in.group, hand_in.submitted) for hand_in in found.hand_ins} == {
        ("s250001", "Åse Bæk-Holm", None, at(2025, 10, 3, 12, 49)),
        ("s250001", "Åse Bæk-Holm", None, at(2025, 10, 3, 13, 10)),
        ("s250002", "Ib Lund", None, at(2025, 10, 3, 21, 26)),
        ("abcd", "Eva Tea-Cher", None, at(2025, 10, 3, 21, 26)),
        ("Group 12", None, "Group 12", at(2025, 10, 3, 21, 26)),
    }
    (two_files,) = (hand_in for hand_in in found.hand_ins if hand_in.who == "s250002")
    assert two_files.files == tuple(DTU_LEARN[3:5])


@pytest.mark.parametrize("name", ["O'Dea, Jr.", "Dea, Pat", "Anna - Maria Lund", "Bo Teamson", "Lund"])
def test_a_name_in_brightspace_is_no_id_and_no_group(name: str) -> None:
    (hand_in,) = download([f"7-8 - {name} - Oct 3, 2025 926 PM/a.ipynb"]).hand_ins
    assert (hand_in.who, hand_in.name, hand_in.group) == (f"{name} (7)", name, None)


def test_a_time_that_brightspace_does_not_write_is_told() -> None:
    found = download(["7-8 - s250001, Bo - 3 Oktoober, 2025 926 PM/a.ipynb"])
    assert found.hand_ins[0].submitted is None
    assert found.hand_ins[0].submitted_text == "3 Oktoober, 2025 926 PM"
    assert "known form" in found.problems[0]


def test_canvas_joins_the_files_of_a_user_and_leaves_out_what_was_typed() -> None:
    found = download(CANVAS)
    assert (found.lms, found.problems) == ("Canvas", ())
    of = by_who(found)
    assert {who: (hand_in.name, hand_in.late) for who, hand_in in of.items()} == {
        "2001": ("bækholmåse", True),
        "2002": ("lundib", False),
        "2003": ("lundib", False),
        "2004": ("onlytext", False),
        "2005": ("onlylink", True),
        "anon_q7Xz1": (None, True),
        "anon_b2Cd9": (None, False),
    }
    assert of["2002"].files == ("lundib_2002_880002_lab1.ipynb",)
    assert of["2003"].files == ("lundib_2003_880003_lab1.ipynb", "lundib_2003_880004_notes.pdf")
    assert of["2004"].files == of["2005"].files == ()


def test_a_download_of_canvas_may_hold_one_user_alone() -> None:
    for paths, who in (
        (["lundib_310002_880003_lab1.ipynb"], "310002"),
        (["lundib_LATE_310002_880003_lab1.ipynb", "lundib_310002_880004_notes.pdf"], "310002"),
        (["anon_b2Cd9_880006_lab1.ipynb"], "anon_b2Cd9"),
    ):
        (hand_in,) = download(paths).hand_ins
        assert (hand_in.who, hand_in.files) == (who, tuple(sorted(paths)))


def test_a_group_of_canvas_carries_the_id_of_one_member() -> None:
    of = by_who(download(["group7_2001_880001_lab1.ipynb", "lundib_2002_880002_lab1.ipynb"]))
    assert {who: (hand_in.name, hand_in.group) for who, hand_in in of.items()} == {
        "2001": (None, "group7"),
        "2002": ("lundib", None),
    }


def test_moodle_names_participants_in_each_of_its_shapes() -> None:
    found = download(MOODLE)
    assert (found.lms, found.problems) == ("Moodle", ())
    of = by_who(found)
    assert {who: (hand_in.name, hand_in.group) for who, hand_in in of.items()} == {
        "30001": ("Åse Bæk-Holm", None),
        "30002": ("Ib Lund", None),
        "30003": ("Ib Lund", None),
        "30004": ("Ann Other", None),
        "30005": (None, None),
        "30006": ("Eva Site-Patch", None),
        "Group 7": (None, "Group 7"),
        "Default group": (None, "Default group"),
    }
    assert of["30001"].files == tuple(sorted(MOODLE[:2]))
    assert of["30003"].files == (MOODLE[3],)
    assert of["30004"].files == ()


def test_two_groups_of_one_name_in_moodle_stay_two() -> None:
    paths = [f"Group A_{number}_assignsubmission_file/a.ipynb" for number in (41, 42)]
    assert [(hand_in.who, len(hand_in.files)) for hand_in in download(paths).hand_ins] == [
        ("Group A", 1),
        ("Group A", 1),
    ]


def test_blackboard_gives_every_attempt_and_takes_the_user_from_its_receipt() -> None:
    found = download(BLACKBOARD, RECEIPTS)
    assert (found.lms, found.problems) == ("Blackboard", ())
    assert {(hand_in.who, hand_in.name, hand_in.submitted, hand_in.files) for hand_in in found.hand_ins} == {
        ("s250001", "Åse Bæk-Holm", at(2025, 10, 3, 22, 49, 3), (BLACKBOARD[0],)),
        ("s250001", "Åse Bæk-Holm", at(2025, 10, 4, 1, 10), (BLACKBOARD[3], BLACKBOARD[2])),
        ("ib_lund", "Ib (Bo) Lund", at(2025, 10, 3, 21, 26), (BLACKBOARD[5],)),
        ("no_receipt", None, at(2025, 10, 3, 21, 26), (BLACKBOARD[7],)),
        ("typed", "Ty Ped", at(2025, 10, 3, 21, 26), ()),
    }


def test_without_any_receipt_blackboard_says_what_was_taken_for_the_user() -> None:
    found = download([*BLACKBOARD[:1], "Lab_s250002_attempt_2025-10-03-21-26-00_lab1.ipynb"])
    assert {hand_in.who for hand_in in found.hand_ins} == {"s250001", "s250002"}
    (problem,) = found.problems
    assert "Lab_1_s250001" in problem


def test_a_receipt_about_somebody_else_is_not_believed() -> None:
    found = download(BLACKBOARD[:2], {BLACKBOARD[1]: "Name: Eve (s259999)\n"})
    assert [hand_in.who for hand_in in found.hand_ins] == ["s250001"]


def test_gradescope_takes_submitters_from_its_metadata_and_from_nothing_that_students_print() -> None:
    found = download(GRADESCOPE, METADATA)
    assert found.lms == "Gradescope"
    of = by_who(found)
    assert {who: hand_in.members for who, hand_in in of.items()} == {
        "001234": (("001234", "Åse Bæk-Holm"),),
        "s250002+s250003": (("s250003", "Ib Lund"), ("s250002", "Pat O'Dea")),
        "nn@student.example": (("nn@student.example", "No Number"),),
        "s250004": (("s250004", "No File"),),
        "submission_700009": (),
    }
    assert of["001234"].submitted == datetime(2025, 10, 3, 20, 49, 3, tzinfo=UTC)
    assert of["001234"].name == "Åse Bæk-Holm"
    assert of["s250002+s250003"].submitted == of["001234"].submitted
    assert of["s250002+s250003"].submitted_text == "2025-10-03 20:49:03 Z"
    assert of["s250002+s250003"].files == tuple(GRADESCOPE[2:4])
    assert of["s250004"].files == ()
    assert [problem.split(":")[0] for problem in found.problems] == ["submission_700004", "submission_700009"]


def test_gradescope_without_readable_metadata_still_knows_what_was_handed_in() -> None:
    found = download(GRADESCOPE)
    assert {hand_in.who for hand_in in found.hand_ins} == {f"submission_70000{n}" for n in (1, 2, 3, 9)}
    assert "nobody knows whose" in found.problems[0]


DOWNLOADS = {
    "Brightspace": BRIGHTSPACE,
    "DTU Learn": DTU_LEARN,
    "Canvas": CANVAS,
    "Moodle": MOODLE,
    "Blackboard": BLACKBOARD,
    "Gradescope": GRADESCOPE,
}
CONTENTS = RECEIPTS | METADATA


@pytest.mark.parametrize("name", DOWNLOADS)
def test_a_download_is_known_below_other_folders_too(name: str) -> None:
    contents = {f"Downloads/lab 1/{path}": text for path, text in CONTENTS.items()}
    deep = download([f"Downloads/lab 1/{path}" for path in DOWNLOADS[name]], contents)
    flat = download(DOWNLOADS[name], CONTENTS)
    assert [hand_in.who for hand_in in deep.hand_ins] == [hand_in.who for hand_in in flat.hand_ins]
    assert deep.lms == flat.lms
    assert all(path.startswith("Downloads/lab 1/") for hand_in in deep.hand_ins for path in hand_in.files)


def test_a_listing_beside_the_only_folder_does_not_hide_the_download() -> None:
    found = download(["index.html", *DTU_LEARN])
    assert found.hand_ins == download(DTU_LEARN).hand_ins
    assert found.problems == ()


@pytest.mark.parametrize("name", DOWNLOADS)
@pytest.mark.parametrize("stray", ["stray.ipynb", "a stray folder/lab1.ipynb"])
def test_what_fits_no_pattern_is_told(name: str, stray: str) -> None:
    folder = "archive/" if name == "DTU Learn" else "assignment_9_export/" if name == "Gradescope" else ""
    plain = download(DOWNLOADS[name], CONTENTS)
    found = download([*DOWNLOADS[name], folder + stray], CONTENTS)
    assert found.hand_ins == plain.hand_ins
    (problem,) = set(found.problems) - set(plain.problems)
    assert problem.startswith(f"{folder}{stray}:")


@pytest.mark.parametrize("name", DOWNLOADS)
def test_no_file_of_a_download_is_lost(name: str) -> None:
    found = download(DOWNLOADS[name], CONTENTS)
    kept = [path for hand_in in found.hand_ins for path in hand_in.files]
    assert len(kept) == len(set(kept))
    left = set(DOWNLOADS[name]) - set(kept)
    assert all(path.endswith((".html", ".txt", ".yml")) for path in left)


PLAIN = {
    "notebooks": ["s001.ipynb", "s002.ipynb"],
    "folders": ["s001/week1.ipynb", "s002/week1.ipynb"],
    "numbers in names": ["lab_2_2024_bo.ipynb", "lab_2_2024_ib.ipynb", "lab_2_2024_eva.ipynb"],
    "numbers and a year in names": ["bo_1_2024_a.ipynb", "ib_2_2024_a.ipynb", "eva_3_2024_a.ipynb"],
    "years in names": ["lab_2_2023_bo.ipynb", "lab_2_2024_ib.ipynb"],
    "numbers of weeks": ["bo_1_2_final.ipynb", "ib_2_3_final.ipynb"],
    "folders of submissions": ["submission_1/a.ipynb", "submission_2/a.ipynb"],
    "half that looks like one": ["67-43 - Bo - Oct 3, 2025 926 PM/a.ipynb", "s002.ipynb"],
    "one with a year in its name": ["lab1_2024_250001_bo.ipynb"],
    "one with a date in its name": ["lab_1_20241003_bo.ipynb"],
    "nothing": [],
}


@pytest.mark.parametrize("paths", PLAIN.values(), ids=PLAIN)
def test_a_plain_class_is_no_download(paths: list[str]) -> None:
    assert read_all(paths) is None


DISGUISES = {
    "Canvas": (
        ["ib_2002_880002_lab1.ipynb"],
        "eve_2009_880009_lund_2002_880002_lab1.ipynb",
        "2009",
    ),
    "Moodle": (
        ["Ib Lund_30002_assignsubmission_file_lab1.ipynb"],
        "Eve_30009_assignsubmission_file_Ib Lund_30002_assignsubmission_file_lab1.ipynb",
        "30009",
    ),
    "Blackboard": (
        ["Lab_ib_attempt_2025-10-03-21-26-00_lab1.ipynb"],
        "Lab_eve_attempt_2025-10-03-21-26-00_Lab_ib_attempt_2025-10-04-21-26-00_lab1.ipynb",
        "eve",
    ),
    "Brightspace": (
        ["1-2 - s250002, Ib - 3 October, 2025 926 PM/a.ipynb"],
        "9-2 - s250009, Eve - 3 October, 2025 926 PM/1-2 - s250002, Ib - 4 October, 2025 926 PM/a.ipynb",
        "s250009",
    ),
}


@pytest.mark.parametrize(("others", "path", "who"), DISGUISES.values(), ids=DISGUISES)
def test_nobody_hands_in_as_somebody_else(others: list[str], path: str, who: str) -> None:
    found = download([*others, path])
    assert [hand_in.who for hand_in in found.hand_ins if path in hand_in.files] == [who]


NAMES = st.text(alphabet=string.ascii_letters + "æøåÆØÅé' .-,()", min_size=1, max_size=30).filter(
    lambda name: name == name.strip() and not name.startswith("-")
)
FILES = st.text(alphabet=string.ascii_letters + string.digits + "_- ,.()", min_size=1, max_size=30).filter(
    lambda name: name not in {".", ".."}
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(name=NAMES, file=FILES)
def test_no_name_and_no_file_changes_whose_a_hand_in_is(name: str, file: str) -> None:
    squashed = "".join(filter(str.isalnum, name)).lower() or "x"
    for others, path, who in (
        ([], f"9-2 - s250009, {name} - 3 October, 2025 926 PM/{file}", "s250009"),
        ([], f"{name}_30009_assignsubmission_file/{file}", "30009"),
        ([], f"{name}_30009_assignsubmission_file_{file}", "30009"),
        ([], f"Lab 1_s250009_attempt_2025-10-03-21-26-00_{file}", "s250009"),
        (["ib_2002_880002_lab1.ipynb"], f"{squashed}_2009_880009_{file}", "2009"),
    ):
        found = download([*others, path])
        (hand_in,) = (hand_in for hand_in in found.hand_ins if path in hand_in.files)
        assert hand_in.who == who
