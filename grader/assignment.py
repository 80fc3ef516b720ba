"""Assignments: loading one, and looking one up by name.

An assignment is a folder with `assignment.toml` and the sheet that students get. CONTRIBUTING.md shows how to
write one; `assignments/week1/assignment.toml` is the documented example.
"""

from __future__ import annotations

import re
import tomllib
from functools import cached_property
from pathlib import Path

from pydantic import BaseModel, ValidationError

from grader.lateness import LatePolicy
from grader.schema import Equation, Exercise, Fact, Function, Spec, StudentPython, Way, World


class AssignmentError(Exception):
    """The assignment cannot be used; the message says where and what was expected."""


class Assignment:
    """An assignment as loaded from its folder."""

    def __init__(self, folder: Path, spec: Spec) -> None:
        self.folder = folder
        self.spec = spec

    @property
    def name(self) -> str:
        return self.spec.name

    @property
    def exercises(self) -> tuple[Exercise, ...]:
        return self.spec.exercises

    @property
    def sheet_path(self) -> Path:
        """The notebook that students get."""
        return self.folder / self.spec.notebook

    @property
    def solution_path(self) -> Path | None:
        """The notebook with all answers, where there is one."""
        return self.folder / self.spec.solution if self.spec.solution is not None else None

    @property
    def earlier_sheets(self) -> tuple[Path, ...]:
        """The sheets of earlier years."""
        return tuple(self.folder / name for name in self.spec.earlier)

    @property
    def runs_code(self) -> bool:
        """Whether students' code is run to grade it."""
        return self.spec.runs_code

    @cached_property
    def max_points(self) -> float:
        """Points of all exercises that carry any."""
        return sum(exercise.points for exercise in self.exercises)

    @property
    def full_marks(self) -> float:
        """What all points are worth in the learning platform."""
        return self.max_points if self.spec.lms_maximum is None else self.spec.lms_maximum

    def exercise(self, exercise_id: str) -> Exercise:
        """The exercise of that id.

        Raises:
            KeyError: there is none.

        """
        for exercise in self.exercises:
            if exercise.id == exercise_id:
                return exercise
        raise KeyError(exercise_id)

    def costs(self, exercise: Exercise) -> dict[str, float]:
        """Share of the points that each kind of mistake costs in this exercise."""
        return {**self.spec.rubric, **exercise.costs}


def installed_assignments() -> Path:
    """The folder of assignments that came with the package."""
    package = Path(__file__).parent
    shipped = package / "assignments"
    return shipped if shipped.is_dir() else package.parent / "assignments"


def find_assignment(name: str, *, start: Path | None = None) -> Path:
    """Folder of an assignment: `name` itself, else in `./assignments`, else among those installed.

    Raises:
        AssignmentError: there is none; the message lists what there is.

    """
    places = [Path(name), (start or Path.cwd()) / "assignments" / name, installed_assignments() / name]
    for place in places:
        if (place / "assignment.toml").is_file():
            return place
    roots = ((start or Path.cwd()) / "assignments", installed_assignments())
    known = {path.parent.name for root in roots for path in root.glob("*/assignment.toml")}
    there_is = ", ".join(sorted(known)) or "none"
    raise AssignmentError(
        f"no assignment {name!r}: give a folder with an assignment.toml, or one of: {there_is}"
    )


def load_assignment(name: str | Path) -> Assignment:
    """Find, read and validate an assignment.

    Raises:
        AssignmentError: with file, line and what was expected.

    """
    folder = find_assignment(str(name))
    path = folder / "assignment.toml"
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise AssignmentError(f"{path}: not UTF-8 text: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise AssignmentError(f"{path}: not valid TOML: {error}") from error
    try:
        spec = Spec.model_validate(data)
    except ValidationError as error:
        problems = "\n".join(
            _explain(path, text, problem["loc"], problem["msg"]) for problem in error.errors()
        )
        raise AssignmentError(problems) from error
    assignment = Assignment(folder, spec)
    for sheet in (assignment.sheet_path, assignment.solution_path, *assignment.earlier_sheets):
        if sheet is not None and not sheet.is_file():
            raise AssignmentError(
                f"{path}: names the notebook {sheet.name!r}, but there is no such file beside it"
            )
    return assignment


def sibling_sheets(assignment: Assignment) -> dict[str, Path]:
    """The sheets of all assignments in the same folder, by name, this one's included; unusable ones are left out."""
    sheets = {assignment.name: assignment.sheet_path}
    for path in sorted(assignment.folder.parent.glob("*/assignment.toml")):
        try:
            sibling = load_assignment(path.parent)
        except AssignmentError:
            continue
        sheets.setdefault(sibling.name, sibling.sheet_path)
    return sheets


def _explain(path: Path, text: str, place: tuple[int | str, ...], message: str) -> str:
    key = ".".join(str(part) for part in place) or "the whole file"
    if message.startswith("Extra inputs"):
        model = _model_at(place[:-1])
        message = f"unknown key; expected one of: {', '.join(sorted(model.model_fields))}"
    return f"{path}:{_line_of(text, place)}: {key}: {message}"


def _model_at(place: tuple[int | str, ...]) -> type[BaseModel]:
    """The model that stands at a place of the file, to list its keys."""
    inner: dict[str, type[BaseModel]] = {
        "late": LatePolicy,
        "student": StudentPython,
        "worlds": World,
        "exercises": Exercise,
        "equations": Equation,
        "functions": Function,
        "facts": Fact,
        "ways": Way,
    }
    names = [part for part in place if isinstance(part, str) and part in inner]
    return inner[names[-1]] if names else Spec


def _line_of(text: str, place: tuple[int | str, ...]) -> int:
    """Line of a key in a TOML text: walk its tables in order; the line of the innermost table if the key is absent."""
    tables: tuple[int | str, ...] = ()
    counts: dict[str, int] = {}
    best = 1
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[(\[?)([^\]]+)\]", line):
            name = header[2].strip()
            if header[1]:
                counts[name] = counts.get(name, -1) + 1
                for deeper in [other for other in counts if other.startswith(name + ".")]:
                    del counts[deeper]
            parts: list[int | str] = []
            for part in name.split("."):
                parts.append(part.strip('"'))
                if (index := counts.get(".".join(str(p) for p in parts if isinstance(p, str)))) is not None:
                    parts.append(index)
            tables = tuple(parts)
            if place[: len(tables)] == tables:
                best = number
        elif (key := re.match(r"\s*([\w-]+|\"[^\"]+\")\s*=", line)) and (*tables, key[1].strip('"')) == place[
            : len(tables) + 1
        ]:
            return number
    return best
