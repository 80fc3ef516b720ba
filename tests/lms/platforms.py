"""The five platforms, as far as a class goes through them: what they let a teacher download, and what they take back.

What a platform does with an upload is written here from its documents and sources, without the grader's own readers.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from tests.intake.zips import zip_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Rows: TypeAlias = list[list[str]]
    Book: TypeAlias = dict[tuple[int, str], float | str | None]
    """What the platform holds, by student and item: points, nothing, or a word in their place."""

MAXIMUM = 15.0
LAB, OTHER = "Lab 1", "Lab 2"


@dataclass(frozen=True)
class Student:
    """One of the class; `before` is the mark that the platform holds before the upload."""

    number: int
    first: str
    last: str
    files: Mapping[str, bytes] = field(default_factory=dict)
    """The newest attempt; nothing was handed in where there are none."""
    earlier: Mapping[str, bytes] = field(default_factory=dict)
    """An older attempt, on platforms that give them."""
    late: bool = False
    before: float | str | None = None
    comment: str = ""
    """What a teacher wrote beside the mark."""

    @property
    def sid(self) -> str:
        return f"s25000{self.number}"

    @property
    def email(self) -> str:
        return f"{self.sid}@uni.example"

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"


@dataclass(frozen=True)
class Group:
    """One hand-in of several."""

    name: str
    members: tuple[Student, ...]
    files: Mapping[str, bytes]


class Ignored(Exception):  # noqa: N818 - what the platform would say
    """A file or a cell that the platform would leave out or take for something else."""


class Platform(ABC):
    """A platform with one class, in one of its forms."""

    lms: str
    grade: str
    """Heading of the column with the marks."""
    feedback: str | None = None
    """Heading of the column with feedback, if there is one."""
    delimiter = ","
    quoting: int = csv.QUOTE_MINIMAL
    line_end = "\r\n"
    encoding = "utf-8"

    def __init__(self, students: Sequence[Student]) -> None:
        self.students = students
        self.of = {self.who(one): one for one in students}
        self.downloaded: list[str] = []

    @abstractmethod
    def who(self, student: Student) -> str:
        """The id by which the platform knows somebody."""

    @abstractmethod
    def hand_in(self, student: Student) -> dict[str, bytes]:
        """Somebody's part of the download."""

    def group(self, group: Group) -> dict[str, bytes]:
        """A group's part of the download."""
        raise NotImplementedError

    def download(self, hand_ins: Iterable[Student | Group]) -> bytes:
        members: dict[str, bytes] = {}
        for one in hand_ins:
            members |= self.group(one) if isinstance(one, Group) else self.hand_in(one)
        members |= self.own_files()
        self.downloaded = list(members)
        return zip_bytes(members)

    def own_files(self) -> dict[str, bytes]:
        """What the platform adds to a download."""
        return {}

    @abstractmethod
    def rows(self) -> Rows:
        """The sheet of grades, heading first."""

    @abstractmethod
    def upload(self, book: Book, rows: Rows) -> Book:
        """What the platform holds after it has taken a sheet.

        Raises:
            Ignored: it would leave something out, or make something new.

        """

    def pages(self, feedback: bytes) -> dict[int, bytes]:
        """Where the pages of a zip land.

        Raises:
            Ignored: the platform does not know whose one is.

        """
        found: dict[int, bytes] = {}
        with zipfile.ZipFile(io.BytesIO(feedback)) as archive:
            for name in archive.namelist():
                for number in self.land(name):
                    if number in found:
                        raise Ignored(f"{name}: a second file for {number}")
                    found[number] = archive.read(name)
        return found

    def land(self, name: str) -> Iterable[int]:
        """Whom the platform gives a file of this name."""
        raise Ignored(name)

    def write(self, rows: Rows) -> bytes:
        stream = io.StringIO()
        # Python's own types of these settings are narrower than what it takes.
        csv.writer(
            stream,
            delimiter=self.delimiter,
            quoting=self.quoting,  # type: ignore[arg-type]
            lineterminator=self.line_end,
        ).writerows(rows)
        return stream.getvalue().encode(self.encoding)

    def read(self, sheet: bytes) -> Rows:
        text = io.StringIO(sheet.decode(self.encoding), newline="")
        return list(csv.reader(text, delimiter=self.delimiter, strict=True))

    def book(self) -> Book:
        before: Book = {}
        for student in self.students:
            before[student.number, LAB] = student.before
            before[student.number, OTHER] = 1.5
        return before

    def mark(self, value: float | str | None) -> str:
        """As the sheet writes it."""
        return "" if value is None else value if isinstance(value, str) else f"{value:.2f}"


def _points(text: str, decimal: str = ".") -> float:
    """A number in the platform's own language; everything else is refused."""
    if not re.fullmatch(rf"[0-9]+(?:{re.escape(decimal)}[0-9]{{1,2}})?", text):
        raise Ignored(f"{text!r} is no number here")
    points = float(text.replace(decimal, "."))
    if points > MAXIMUM:
        raise Ignored(f"{text} is more than the maximum")
    return points


class Brightspace(Platform):
    """As most sites have it: US dates, no ids in names of folders."""

    lms = "brightspace"
    grade = "Lab 1 Points Grade <Numeric MaxPoints:15 Weight:25 Category:Labs CategoryWeight:40>"
    encoding = "utf-8-sig"
    dates = ("Oct 3, 2025 1249 PM", "Oct 3, 2025 110 PM")
    """Of an older and of the newest attempt: `strptime` takes the second for eleven at night, the alphabet for the first."""
    top = ""

    def who(self, student: Student) -> str:
        return student.sid

    def folder(self, student: Student, date: str) -> str:
        return f"{self.top}8120{student.number}-5501 - {plain(student.name)} - {date}"

    def hand_in(self, student: Student) -> dict[str, bytes]:
        attempts = ((self.dates[0], student.earlier), (self.dates[1], student.files))
        return {
            f"{self.folder(student, date)}/{name}": content
            for date, files in attempts
            for name, content in files.items()
        }

    def own_files(self) -> dict[str, bytes]:
        return {f"{self.top}index.html": b"<p>Submissions</p>"}

    def rows(self) -> Rows:
        heading = ["OrgDefinedId", "Username", "Last Name", "First Name", "Email", self.grade]
        heading += ["Lab 2 Points Grade <Numeric MaxPoints:15>", "Lab 2 Text Grade"]
        heading += ["Calculated Final Grade Numerator", "End-of-Line Indicator"]
        return [heading] + [
            [
                *(f"#{one.sid}", f"#{one.sid[1:]}", one.last, one.first, one.email),
                *(self.mark(one.before), "1.50", "=fine", "", "#"),
            ]
            for one in self.students
        ]

    def upload(self, book: Book, rows: Rows) -> Book:
        after = dict(book)
        heading = rows[0]
        for row in rows[1:]:
            number = self.of[row[heading.index("OrgDefinedId")].removeprefix("#")].number
            for title, cell in zip(heading, row, strict=True):
                if match := re.match(r"(.+) Points Grade(?: <.*>)?$", title):
                    if match[1] not in {LAB, OTHER}:
                        raise Ignored(f"{title} makes a new item")
                    if cell:
                        after[number, match[1]] = _points(cell)
        return after

    def land(self, name: str) -> Iterable[int]:
        folder = name.partition("/")[0]
        if not any(f"{folder}/" in path for path in self.downloaded):
            raise Ignored(f"{folder} is no folder of the download")
        return [one.number for one in self.students if folder.startswith(f"8120{one.number}-5501 - ")]


class DtuLearn(Brightspace):
    """Day first, ids in names, and everything in a folder `archive`."""

    dates = ("3 October, 2025 1249 PM", "03 October, 2025 1:10 PM")
    top = "archive/"

    def folder(self, student: Student, date: str) -> str:
        return f"{self.top}8120{student.number}-5501 - {student.sid}, {plain(student.name)} - {date}"

    def group(self, group: Group) -> dict[str, bytes]:
        folder = f"{self.top}8120{group.members[0].number}-5501 - {group.name} - {self.dates[1]}"
        return {f"{folder}/{name}": content for name, content in group.files.items()}

    def land(self, name: str) -> Iterable[int]:
        (first,) = super().land(name)
        # Everyone in a group sees the group's feedback.
        group = re.search(r" - (Group [0-9]+) - ", name)
        return GROUPS[group[1]] if group else [first]


GROUPS = {"Group 12": (1, 3), "Group 7": (2,)}
"""Numbers of members, as the platforms know them."""


class Canvas(Platform):
    """In English: commas, and points with a decimal point."""

    lms = "canvas"
    grade = "Lab 1 (77123)"
    line_end = "\n"
    decimal = "."

    def who(self, student: Student) -> str:
        return f"310{student.number}"

    def hand_in(self, student: Student) -> dict[str, bytes]:
        start = re.sub(r"\W", "", f"{student.last}{student.first}".lower())
        start += f"{'_LATE' * student.late}_{self.who(student)}"
        return self._files(start, student, student.files)

    def group(self, group: Group) -> dict[str, bytes]:
        start = f"{group.name.lower().replace(' ', '')}_{self.who(group.members[0])}"
        return self._files(start, group.members[0], group.files)

    def _files(self, start: str, student: Student, files: Mapping[str, bytes]) -> dict[str, bytes]:
        return {
            f"{start}_{self._attachment(student, place)}_{name}": content
            for place, (name, content) in enumerate(files.items())
        }

    @staticmethod
    def _attachment(student: Student, place: int) -> str:
        return f"8800{student.number}{place}"

    def mark(self, value: float | str | None) -> str:
        return super().mark(value).replace(".", self.decimal)

    def rows(self) -> Rows:
        heading = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", self.grade, "Lab 2 (77124)"]
        points = self.mark(MAXIMUM)
        return [
            [*heading, "Labs Current Score"],
            ["", "", "", "", "", "Manual Posting", "", ""],
            ["    Points Possible", "", "", "", "", points, points, "(read only)"],
            *(
                [
                    *(self._name(one), self.who(one), one.sid, one.email, "Autumn"),
                    *(self.mark(one.before), self.mark(1.5), ""),
                ]
                for one in self.students
            ),
            ["Student, Test", "3199", "", "c0ffee", "Autumn", "", "", ""],
        ]

    @staticmethod
    def _name(student: Student) -> str:
        name = f"{student.last}, {student.first}"
        return f'="{name}"' if name.startswith("=") else name

    def upload(self, book: Book, rows: Rows) -> Book:
        after = dict(book)
        heading = rows[0]
        if not ("Student" in heading[0] and "ID" in heading[1] and "Section" in heading):
            raise Ignored("no gradebook")
        first = heading.index("Section") + 1
        read_only = {place for row in rows[1:3] for place, cell in enumerate(row) if "read only" in cell}
        places = [place for place in range(first, len(heading)) if place not in read_only]
        known = {"77123": LAB, "77124": OTHER}
        for row in rows[1:]:
            if row[0].strip() == "Points Possible":
                if {self._number(row[place]) for place in places} != {MAXIMUM}:
                    raise Ignored("the assignment itself changes")
            elif row[1] in self.of:
                for place in places:
                    match = re.fullmatch(r".* \(([0-9]+)\)", heading[place])
                    if match is None:
                        raise Ignored(f"{heading[place]} makes a new assignment")
                    # A blank takes away what was there.
                    after[self.of[row[1]].number, known[match[1]]] = self._number(row[place])
            elif any(row[place] not in {"", "Manual Posting"} for place in places):
                raise Ignored(f"{row[0]} is nobody")
        return after

    @staticmethod
    def _number(text: str) -> float | str | None:
        if text in {"", "-"}:
            return None
        if text == "EX":
            return text
        if not re.fullmatch(r"-?[0-9.,]+%?", text):
            raise Ignored(f"{text!r} is no number here")
        # The last part is the decimals, whatever stands before it.
        *whole, last = re.split(r"[.,]", text)
        return float("".join(whole) + "." + last) if whole else float(last)

    def land(self, name: str) -> Iterable[int]:
        numbers = [part for part in name.split("_") if part.isdecimal()]
        if "/" in name or len(numbers) < 2 or numbers[0] not in self.of:
            raise Ignored(name)
        student = self.of[numbers[0]]
        if not any(f"_{numbers[0]}_{numbers[1]}_" in path for path in self.downloaded):
            raise Ignored(f"{numbers[1]} is no attachment of {student.name}")
        group = next((group for group in GROUPS if name.startswith(group.replace(" ", "").lower())), None)
        return GROUPS[group] if group else [student.number]


class CanvasInDanish(Canvas):
    """Where points have a decimal comma, and semicolons stand between cells."""

    delimiter = ";"
    decimal = ","
    encoding = "utf-8-sig"


class Moodle(Platform):
    """In English."""

    lms = "moodle"
    grade = "Grade"
    feedback = "Feedback comments"
    line_end = "\n"
    encoding = "utf-8-sig"
    heading = (
        *("Identifier", "Full name", "ID number", "Email address", "Status", "Grade", "Maximum Grade"),
        *("Grade can be changed", "Last modified (submission)", "Last modified (grade)", "Feedback comments"),
    )
    word = "Participant "
    yes = "Yes"
    decimal = "."
    date = "Monday, 7 September 2026, 9:12 PM"
    folder = "{}_{}_assignsubmission_file/{}"

    def who(self, student: Student) -> str:
        return f"901{student.number}"

    def hand_in(self, student: Student) -> dict[str, bytes]:
        who = plain(student.name).replace("_", " "), self.who(student)
        return {self.folder.format(*who, name): content for name, content in student.files.items()}

    def group(self, group: Group) -> dict[str, bytes]:
        # The group's number is a participant's as well, by chance.
        number = f"901{5 - group.members[0].number}"
        return {
            self.folder.format(group.name, number, name): content for name, content in group.files.items()
        }

    def mark(self, value: float | str | None) -> str:
        return super().mark(value).replace(".", self.decimal)

    def rows(self) -> Rows:
        return [list(self.heading)] + [
            [
                *(f"{self.word}{self.who(one)}", one.name, one.sid, one.email, "Submitted"),
                *(self.mark(one.before), self.mark(MAXIMUM), self.yes, self.date, "-", one.comment),
            ]
            for one in self.students
        ]

    def upload(self, book: Book, rows: Rows) -> Book:
        after = dict(book)
        if tuple(rows[0]) != self.heading or {len(row) for row in rows} != {len(self.heading)}:
            raise Ignored("not the worksheet of this language")
        for row in rows[1:]:
            cells = dict(zip(self.heading, row, strict=True))
            own = cells[self.heading[0]]
            if not own.startswith(self.word):
                raise Ignored(own)
            if cells[self.grade]:
                after[self.of[own[len(self.word) :]].number, LAB] = _points(cells[self.grade], self.decimal)
        return after

    def land(self, name: str) -> Iterable[int]:
        for part in name.split("/"):
            pieces = part.split("_", 4)
            if len(pieces) >= 4 and pieces[1] in self.of and pieces[2:4] == ["assignfeedback", "file"]:
                return [self.of[pieces[1]].number]
        raise Ignored(name)


class MoodleInGerman(Moodle):
    """Of an older version, in which names of folders end in an underscore."""

    heading = (
        *("ID", "Vollständiger Name", "ID-Nummer", "E-Mail-Adresse", "Status", "Bewertung", "Bestwertung"),
        *("Bewertung kann geändert werden", "Zuletzt geändert (Abgabe)", "Zuletzt geändert (Bewertung)"),
        "Feedback als Kommentare",
    )
    grade, feedback = "Bewertung", "Feedback als Kommentare"
    word = "Teilnehmer/in"
    yes = "Ja"
    decimal = ","
    date = "Montag, 7. September 2026, 21:12"
    folder = "{}_{}_assignsubmission_file_/{}"


class MoodleWithoutFolders(Moodle):
    """Where "download in folders" is off."""

    folder = "{}_{}_assignsubmission_file_{}"


class Blackboard(Platform):
    """Text in UTF-16 that is called an Excel workbook."""

    lms = "blackboard"
    grade = "Lab 1 [Total Pts: 15 Score] |55021"
    delimiter = "\t"
    quoting = csv.QUOTE_ALL
    encoding = "utf-16"
    stamps = ("2025-10-03-22-49-03", "2025-10-04-01-10-00")

    def who(self, student: Student) -> str:
        return f"user_{student.number}"

    def hand_in(self, student: Student) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        for stamp, files in zip(self.stamps, (student.earlier, student.files), strict=True):
            start = f"Lab_1_{self.who(student)}_attempt_{stamp}"
            if files:
                receipt = f"Name: {student.name} ({self.who(student)})\nAssignment: Lab_1\n"
                found |= {f"{start}_{name}": content for name, content in files.items()}
                found[f"{start}.txt"] = receipt.encode()
        return found

    def rows(self) -> Rows:
        heading = ["Last Name", "First Name", "Username", "Student ID", "Availability", self.grade]
        heading += ["Total [Total Pts: up to 30 Score] |55001", "Lab 2 [Total Pts: 15 Percentage] |55022"]
        return [heading] + [
            [one.last, one.first, self.who(one), one.sid, "Yes", self._cell(one), "", "10"]
            for one in self.students
        ]

    def _cell(self, student: Student) -> str:
        return "Needs Grading" if student.files and student.before is None else self.mark(student.before)

    def upload(self, book: Book, rows: Rows) -> Book:
        after = dict(book)
        heading = rows[0]
        (place,) = (place for place, title in enumerate(heading) if title.endswith(" |55021"))
        for row in rows[1:]:
            if row[place] not in {"", "Needs Grading"}:
                after[self.of[row[heading.index("Username")]].number, LAB] = _points(row[place])
        return after


class BlackboardColumn(Blackboard):
    """One column alone, with comments, as CSV."""

    delimiter = ","
    encoding = "utf-8"
    feedback = "Feedback to Learner"

    def rows(self) -> Rows:
        heading = ["Last Name", "First Name", "Username", self.grade, "Grading Notes", "Notes Format"]
        return [[*heading, "Feedback to Learner", "Feedback Format"]] + [
            [one.last, one.first, self.who(one), self._cell(one), "=note", "SMART_TEXT", one.comment, "HTML"]
            for one in self.students
        ]


def plain(name: str) -> str:
    """A name as it can be one of a file."""
    return name.replace('"', "")
