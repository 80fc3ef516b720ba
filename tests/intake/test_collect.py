"""From files to one hand-in for each student: the newest counts, nobody is lost, nothing is guessed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.intake.collect import Collection, collect
from grader.intake.keys import unique_keys
from grader.intake.tree import Entry, Refused, Tree, open_tree
from grader.lms.roster import Roster, read_roster
from grader.notebook import UnreadableError
from grader.submission import InputError
from tests.fixtures.make_fixtures import EXAMPLE_ANSWERS, class_folder
from tests.intake.zips import zip_bytes, zip_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

ROSTER = read_roster(
    b"id,name,group,user name\n"
    b"s250001,Aase Holm,The Gradients,aase\n"
    b"s250002,Ib Lund,The Gradients,ib\n"
    b"s250003,Ib Lund,Group 12,ibl\n"
)


class Listed:
    """Files that are all alike, but for those whose text matters."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts

    def read(self, path: str, limit: int) -> bytes:
        if path not in self._texts:
            raise UnreadableError("unreadable", "The file is damaged.")
        return self._texts[path].encode()[:limit]

    def close(self) -> None:
        pass


def tree(
    paths: Iterable[str], refused: Sequence[Refused] = (), texts: Mapping[str, str] | None = None
) -> Tree:
    return Tree("class", tuple(Entry(path, 2) for path in sorted(paths)), tuple(refused), Listed(texts or {}))


def collected(paths: Iterable[str], roster: Roster | None = None) -> Collection:
    return collect(tree(paths), roster)


def files(found: Collection) -> dict[str, tuple[str, ...]]:
    whos = {keyed.hand_in.who: keyed.hand_in.files for keyed in found.hand_ins}
    assert len(whos) == len(found.hand_ins)
    return whos


def keys(found: Collection) -> dict[str, str]:
    return {keyed.hand_in.who: keyed.key for keyed in found.hand_ins}


# --- downloads ------------------------------------------------------------------------------------------------------


def dtu(who: str, when: str, file: str = "lab1.ipynb", number: int = 7) -> str:
    return f"{number}-9 - {who} - {when}/{file}"


def test_the_newest_by_time_counts_and_older_ones_are_listed() -> None:
    old, new = dtu("s250001, Aase", "3 October, 2025 1249 PM"), dtu("s250001, Aase", "3 October, 2025 110 PM")
    for paths in ([old, new], [new, old]):
        found = collected(paths)
        assert files(found) == {"s250001": (new,)}
        assert [(other.who, other.files) for other in found.others] == [("s250001", (old,))]
        assert found.others[0].submitted == datetime(2025, 10, 3, 12, 49)  # noqa: DTZ001 - as in the name
        assert found.told == ("Brightspace download: 1 hand-in, 1 older attempt.",)
        assert found.problems == ()


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(st.integers(0, 24 * 60 - 1), min_size=1, max_size=6, unique=True))
def test_of_any_attempts_the_newest_counts(minutes: list[int]) -> None:
    def path(minute: int) -> str:
        hour, half = minute // 60, "AM" if minute < 720 else "PM"
        return dtu("s250001, Aase", f"3 October, 2025 {hour % 12 or 12}{minute % 60:02} {half}")

    found = collected(map(path, minutes))
    assert files(found) == {"s250001": (path(max(minutes)),)}
    assert len(found.others) == len(minutes) - 1


@pytest.mark.parametrize(
    "times",
    [
        ("3 October, 2025 926 PM", "3 October, 2025 9:26 PM"),
        ("3 October, 2025 926 PM", "some time in 2025"),
        ("some time in 2025", "another one in 2025"),
    ],
)
def test_where_no_newest_can_be_told_all_attempts_are_rivals(times: tuple[str, str]) -> None:
    other = dtu("s250002, Ib", "3 October, 2025 926 PM")
    found = collected([*(dtu("s250001, Aase", when) for when in times), other])
    assert files(found) == {
        "s250002": (other,),
        "s250001": tuple(sorted(dtu("s250001, Aase", when) for when in times)),
    }
    assert {keyed.hand_in.who: keyed.rivals for keyed in found.hand_ins} == {
        "s250001": True,
        "s250002": False,
    }
    (problem,) = (problem for problem in found.problems if problem.startswith("s250001:"))
    assert all(when in problem for when in times)


def test_a_newer_time_beats_an_equal_pair_of_older_ones() -> None:
    paths = [
        dtu("s250001, Aase", when)
        for when in ("3 October, 2025 926 PM", "3 October, 2025 9:26 PM", "3 October, 2025 927 PM")
    ]
    assert files(collected(paths)) == {"s250001": (paths[2],)}


def test_two_names_of_one_person_are_one_with_a_roster() -> None:
    old, new = dtu("aase, Aase", "3 October, 2025 926 PM"), dtu("s250001, Aase", "3 October, 2025 927 PM")
    assert len(collected([old, new]).hand_ins) == 2
    assert files(collected([old, new], ROSTER)) == {"s250001": (new,)}


def test_capitals_make_no_other_person() -> None:
    old, new = dtu("S250001, Aase", "3 October, 2025 926 PM"), dtu("s250001, Aase", "3 October, 2025 927 PM")
    assert files(collected([old, new])) == {"s250001": (new,)}


def test_a_person_with_the_name_of_a_group_is_a_person() -> None:
    roster = read_roster(b"id,name,group\n41,Ann Lee,Ann Lee\n42,Ib Lund,Ann Lee\n")
    path = "Ann Lee_41_assignsubmission_file/a.ipynb"
    assert files(collected([path], roster)) == {"41": (path,)}


def test_two_people_of_one_name_are_two_and_it_is_told() -> None:
    paths = [dtu("Ib Lund", "Oct 3, 2025 926 PM", number=number) for number in (7, 8)]
    found = collected(paths)
    assert files(found) == {"Ib Lund (7)": (paths[0],), "Ib Lund (8)": (paths[1],)}
    (problem,) = found.problems
    assert "different people" in problem


def test_several_notebooks_of_a_hand_in_are_all_listed() -> None:
    paths = [dtu("s250001, Aase", "3 October, 2025 926 PM", name) for name in ("a.ipynb", "b.ipynb", "c.pdf")]
    assert files(collected(paths)) == {"s250001": tuple(paths)}


@pytest.mark.parametrize(
    ("name", "told"), [("lab1.pdf", r"only .*lab1\.pdf"), ("lab1.IPYNB", None), ("x.ipynb.txt", "only")]
)
def test_a_hand_in_without_a_notebook_is_kept_and_told(name: str, told: str | None) -> None:
    path = dtu("s250001, Aase", "3 October, 2025 926 PM", name)
    found = collected([path])
    assert files(found) == {"s250001": (path,)}
    assert bool(found.problems) == (told is not None)
    if told:
        assert "no notebook" in found.problems[0]


def test_whoever_handed_in_what_is_refused_is_not_lost(tmp_path: Path) -> None:
    place = dtu("s250001, Aase", "3 October, 2025 926 PM", "all my work.zip")
    fine = dtu("s250002, Ib", "3 October, 2025 926 PM")
    members = {place: zip_bytes({"lab1.ipynb": b"{}"}), fine: b"{}", "../../etc/passwd": b""}
    with open_tree(zip_file(tmp_path, members)) as opened:
        found = collect(opened)
    assert files(found) == {"s250001": (), "s250002": (fine,)}
    assert sorted(problem.split(":")[0] for problem in found.problems) == sorted(
        ["../../etc/passwd", place, "s250001"]
    )


def test_a_refused_newest_attempt_does_not_bring_back_an_older_one() -> None:
    old, new = (
        dtu("s250001, Aase", "3 October, 2025 926 PM"),
        dtu("s250001, Aase", "4 October, 2025 926 PM", "x.zip"),
    )
    found = collect(tree([old], [Refused(new, "it is an archive.")]))
    assert files(found) == {"s250001": ()}
    assert [other.files for other in found.others] == [(old,)]


def test_a_receipt_that_is_refused_does_not_stop_anything() -> None:
    start = "Lab_s250001_attempt_2025-10-03-22-49-03"
    found = collect(tree([f"{start}_a.ipynb"], [Refused(f"{start}.txt", "it is encrypted.")]))
    assert files(found) == {"s250001": (f"{start}_a.ipynb",)}


def test_a_download_may_be_unpacked_or_not(tmp_path: Path) -> None:
    members = {
        "archive/" + dtu("s250001, Aase", "3 October, 2025 926 PM"): b"{}",
        "archive/index.html": b"<html>",
    }
    for name, data in members.items():
        path = tmp_path / "unpacked" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    with open_tree(zip_file(tmp_path, members)) as zipped, open_tree(tmp_path / "unpacked") as unpacked:
        assert collect(zipped) == collect(unpacked)
        assert keys(collect(zipped)) == {"s250001": "s250001"}


@pytest.mark.parametrize(
    "path",
    [
        dtu("The Gradients", "3 October, 2025 926 PM"),
        "The Gradients_250001_assignsubmission_file/a.ipynb",
        "thegradients_250001_880001_a.ipynb",
    ],
)
def test_a_group_of_the_roster_is_known_by_its_own_name(path: str) -> None:
    other = "lundib_250002_880002_a.ipynb" if path.startswith("the") else ""
    found = collected(filter(None, [path, other]), ROSTER)
    (hand_in,) = (keyed.hand_in for keyed in found.hand_ins if path in keyed.hand_in.files)
    assert (hand_in.who, hand_in.group, hand_in.name) == ("The Gradients", "The Gradients", None)


def test_an_id_that_the_roster_gives_to_another_name_is_told() -> None:
    roster = read_roster(b"id,name\n41,Ib Lund\n42,Aase Holm\n")
    paths = [f"{name}_assignsubmission_file/a.ipynb" for name in ("Some Team Name_41", "Aase B. Holm_42")]
    (problem,) = collected(paths, roster).problems
    assert problem == "41: the download says Some Team Name, the roster Ib Lund. See whose it is."


# --- the roster and the list of ids ---------------------------------------------------------------------------------


def unknown(found: Collection) -> list[str]:
    return [who for keyed in found.hand_ins for who in keyed.unknown]


def test_the_roster_says_who_is_missing_and_who_is_unknown() -> None:
    paths = [dtu("aase, Aase", "3 October, 2025 926 PM"), dtu("s259999, Eve", "3 October, 2025 926 PM")]
    found = collected(paths, ROSTER)
    assert set(files(found)) == {"s250001", "s259999"}
    assert [person.id for person in found.missing] == ["s250002", "s250003"]
    assert unknown(found) == ["s259999"]
    assert found.problems == ()


def test_everyone_in_a_group_has_handed_in() -> None:
    found = collected([dtu("The Gradients", "3 October, 2025 926 PM")], ROSTER)
    assert [person.id for person in found.missing] == ["s250003"]
    assert found.problems == ()


def test_whoever_has_two_hand_ins_that_nobody_can_order_is_not_missing() -> None:
    paths = [dtu("s250001, Aase", when) for when in ("3 October, 2025 926 PM", "3 October, 2025 9:26 PM")]
    assert [person.id for person in collected(paths, ROSTER).missing] == ["s250002", "s250003"]


def test_a_student_who_hands_in_alone_and_in_a_group_is_told() -> None:
    paths = [dtu(who, "3 October, 2025 926 PM") for who in ("s250003, Ib Lund", "Group 12")]
    (problem,) = collected(paths, ROSTER).problems
    assert problem == "s250003: 2 hand-ins are this student's (Group 12, s250003). Keep one of them."


def test_a_group_that_the_roster_does_not_name_is_unknown() -> None:
    assert unknown(collected([dtu("Group 99", "3 October, 2025 926 PM")], ROSTER)) == ["Group 99"]


def test_members_whom_gradescope_names_are_found_and_the_others_told() -> None:
    metadata = "submission_1:\n  :submitters:\n" + "".join(
        f"  - :name: X\n    :sid: {who}\n" for who in ("s250001", "s259999")
    )
    paths = ["submission_metadata.yml", "submission_1/a.ipynb"]
    found = collect(tree(paths, texts={paths[0]: metadata}), ROSTER)
    assert [person.id for person in found.missing] == ["s250002", "s250003"]
    assert unknown(found) == ["s259999"]


IDS = {"Bo the Great (7)": "s250001", "s259999": "ib", "old/laptop": "s250003"}


def test_the_list_of_ids_says_who_is_meant() -> None:
    paths = [
        dtu("Bo the Great", "3 October, 2025 926 PM"),
        dtu("s259999, Eve", "3 October, 2025 926 PM"),
        dtu("s250001, Aase", "3 October, 2025 927 PM"),
    ]
    found = collect(tree(paths), ROSTER, IDS)
    assert files(found) == {"s250001": (paths[2],), "s250002": (paths[1],)}
    assert [other.files for other in found.others] == [(paths[0],)]
    assert not found.problems
    assert found.told[1:] == ("The list of ids: nothing was handed in as old/laptop.",)


def test_the_list_of_ids_holds_without_a_roster_and_for_plain_files() -> None:
    found = collect(tree(["old/laptop.ipynb", "s001.ipynb"]), None, IDS)
    assert files(found) == {"s250003": ("old/laptop.ipynb",), "s001": ("s001.ipynb",)}
    assert keys(found) == {"s250003": "s250003", "s001": "s001"}
    assert not found.problems
    assert found.told[1:] == ("The list of ids: nothing was handed in as Bo the Great (7), s259999.",)


def test_a_list_of_ids_of_which_everything_is_used_says_nothing() -> None:
    folder = collect(tree(["laptop/old/lab.ipynb"]), None, {"old": "s250003"})
    assert (set(files(folder)), folder.problems) == ({"s250003"}, ())
    text = "submission_7:\n  :submitters:\n  - :name: Bo\n    :sid: b7\n  - :name: Ib\n    :sid: s250002\n"
    paths = ["submission_metadata.yml", "submission_7/lab.ipynb"]
    found = collect(tree(paths, texts={paths[0]: text}), ROSTER, {"b7": "s250001"})
    assert [person.id for person in found.hand_ins[0].students] == ["s250001", "s250002"]
    assert found.problems == ()


def test_one_notebook_is_told_as_one() -> None:
    assert collected(["s001.ipynb"]).told == ("1 hand-in.",)
    assert collected(["s001.ipynb", "s002.ipynb"]).told == ("2 hand-ins: each notebook is a student's.",)


def test_attempts_of_one_person_are_numbered() -> None:
    paths = [dtu("s250001, Aase", f"3 October, 2025 92{minute} PM") for minute in (3, 1, 2)]
    found = collected(paths)
    assert found.hand_ins[0].hand_in.attempt == 3
    assert [other.attempt for other in found.others] == [1, 2]


# --- plain classes --------------------------------------------------------------------------------------------------


def test_a_plain_folder_tells_its_links(tmp_path: Path) -> None:
    folder = class_folder(tmp_path, EXAMPLE_ANSWERS)
    with open_tree(folder.folder) as opened:
        found = collect(opened)
    assert len(found.problems) == len(folder.links)


@pytest.mark.parametrize(
    ("names", "keys"),
    [
        (["s001.ipynb", "Øvelse æ.ipynb"], ["s001", "Ovelse_ae"]),
        (["class/s001.ipynb", "class/s002.ipynb", "s3.ipynb"], ["class-s001", "class-s002", "s3"]),
    ],
)
def test_keys_come_from_paths(names: list[str], keys: list[str]) -> None:
    assert sorted(keyed.key for keyed in collected(names).hand_ins) == sorted(keys)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(st.text(max_size=8), unique=True, max_size=8))
def test_keys_are_unique_without_regard_to_case(names: list[str]) -> None:
    found = unique_keys([(name, name) for name in names])
    assert len({key.casefold() for key in found}) == len(names)


def test_folders_with_one_notebook_of_one_name_are_students() -> None:
    found = collected(["s001/week1.ipynb", "s001/plot.png", "s002/Week1.ipynb"])
    assert files(found) == {"s001": ("s001/week1.ipynb",), "s002": ("s002/Week1.ipynb",)}
    assert keys(found) == {"s001": "s001-week1", "s002": "s002-Week1"}
    assert found.told == ("2 hand-ins: each folder is a student.",)


@pytest.mark.parametrize(
    "paths",
    [
        ["week1/s001.ipynb", "week1/s002.ipynb", "week2/s001.ipynb", "week2/s002.ipynb"],
        ["s001/week1.ipynb", "s001/week2.ipynb", "s002/week1.ipynb"],
        ["morning/s001.ipynb", "evening/s002.ipynb"],
        ["s001/week1.ipynb", "s002.ipynb"],
        ["s001/week1.ipynb"],
    ],
)
def test_folders_that_may_be_anything_are_no_students_without_a_roster(paths: list[str]) -> None:
    found = collected(paths)
    assert files(found) == {path.removesuffix(".ipynb"): (path,) for path in sorted(paths)}
    assert found.told[0].startswith(f"{len(paths)} hand-in")


def test_the_roster_says_which_folder_or_file_is_a_student() -> None:
    paths = [
        "s250001/week1.ipynb",
        "s250001/old/week1.ipynb",
        "s250001/plot.png",
        "class A/S250002.ipynb",
        "ibl/report.pdf",
        "somebody.ipynb",
        "README.md",
    ]
    found = collected(paths, ROSTER)
    assert files(found) == {
        "s250001": ("s250001/old/week1.ipynb", "s250001/plot.png", "s250001/week1.ipynb"),
        "s250002": ("class A/S250002.ipynb",),
        "s250003": ("ibl/report.pdf",),
        "somebody": ("somebody.ipynb",),
    }
    assert keys(found)["s250001"] == "s250001"
    assert found.problems[0] == "s250003: no notebook was handed in, only ibl/report.pdf."
    assert unknown(found) == ["somebody"]
    assert len(found.problems) == 1
    assert found.missing == ()


def test_a_path_that_names_two_students_is_nobodys() -> None:
    found = collected(["s250001/s250002.ipynb"], ROSTER)
    assert files(found) == {"s250001/s250002": ("s250001/s250002.ipynb",)}
    assert "names s250001, s250002" in found.problems[0]


def test_a_name_is_no_id() -> None:
    assert set(files(collected(["Ib Lund.ipynb", "Aase Holm/week1.ipynb"], ROSTER))) == {
        "Ib Lund",
        "Aase Holm/week1",
    }


@pytest.mark.parametrize("paths", [[], ["README.md"]])
def test_a_class_without_a_notebook_is_an_input_error(paths: list[str]) -> None:
    with pytest.raises(InputError, match="class: no notebook"):
        collected(paths)


def test_if_all_there_is_was_refused_the_error_says_why() -> None:
    with pytest.raises(InputError, match=r"s001\.zip: it is an archive"):
        collect(tree([], [Refused("s001.zip", "it is an archive.")]))


def test_what_is_told_cannot_steer_a_terminal() -> None:
    path = "7-9 - s250001, Aase - \x1b[2J some time in 2025/\x1b[31m.pdf"
    assert all(problem.isprintable() for problem in collected([path]).problems)
