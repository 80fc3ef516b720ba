"""The schema of `assignment.toml`: what an assignment may say, and what each key means.

`assignments/week1/assignment.toml` is the documented example.
"""

from __future__ import annotations

import hashlib
import re
from datetime import date  # noqa: TC003 - Pydantic reads the annotations
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from grader.languages import LanguageError, language
from grader.lateness import LatePolicy  # noqa: TC001 - Pydantic reads the annotations
from grader.result import FINDING_CODES

Share = Annotated[float, Field(ge=0.0, le=1.0)]

_PIN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*==\d+(?:\.\d+)*(?:(?:a|b|rc)\d+)?(?:\.post\d+)?")


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class World(Model):
    """The network in which formulas are judged (a formula is right when it is true in every network)."""

    layers: Annotated[int, Field(ge=1, le=12)]
    """How many layers of weights; the last one is what the sheet calls L."""
    layer: int | None = None
    """The number that stands for the sheet's general layer l, where there is one."""
    output: Literal["activation", "softmax"] = "activation"
    """y is h_L of the last pre-activation, with the squared error; or its softmax, with the cross entropy."""
    sizes: dict[str, Literal["inputs", "hidden", "outputs", "points"]] = {}
    """Letters that the sheet defines as a number of units of one kind of layer, or of data points."""
    data: str | None = None
    """The letter that counts data points; without one there is a single point, and every letter counts units."""
    every_point: bool = False
    """Whether what belongs to a data point must say to which one, as where rules for many points are asked for."""
    whole_data: bool = False
    """Whether the loss and the likelihood without an index are those of all data points, and never of one."""
    best_variance: bool = False
    """Whether an equation may be about the variance that fits the data best, as where a derivative is set to zero."""
    half_loss: bool = False
    """Whether a student may define the loss with 1/2 in front, and go on from there."""
    linear_output: bool = False
    """Whether a student may speak of a linear output layer, as a case."""
    names: dict[str, str] = {}
    """Names that the sheet gives to something, or that stand for it in many answers: LaTeX of both."""

    @model_validator(mode="after")
    def _general_layer_is_inner(self) -> Self:
        if self.layer is not None and not 1 < self.layer < self.layers:
            raise ValueError("layer must lie strictly between 1 and layers, so that no two labels coincide")
        return self


class Equation(Model):
    """One equation that an answer must contain."""

    asks: str
    """Its left side, LaTeX."""
    reference: str = ""
    """A right side that is right: the key, which proves the assignment. The copy that students get has none."""
    over: str = ""
    """For which layers it is asked, as the sheet writes it; empty where it holds for one."""


class Way(Model):
    """How a line looks that shows a fact."""

    equals: tuple[str, ...] = ()
    """LaTeX of what it must be equal to, one of these; empty where any true line with the right symbols will do."""
    has: tuple[str, ...] = ()
    """Symbols and functions that must all occur in it; `partial` stands for any derivative."""
    lacks: tuple[str, ...] = ()
    """Symbols and functions that must not occur in it."""
    follows: tuple[str, ...] = ()
    """Symbols and functions of which one must occur in the line before it."""


class Fact(Model):
    """Something that a derivation must show on its way; the last fact of an exercise is its result."""

    says: str
    """What it is, in a few words."""
    ways: Annotated[tuple[Way, ...], Field(min_length=1)]
    own: bool = True
    """Whether a line that the prompt prints itself does not show it."""
    words: bool = False
    """Whether words may show it too, so that a person looks where no formula does."""
    share: Annotated[float, Field(gt=0.0)] = 1.0
    """Weight among the facts of the exercise."""


class StudentPython(Model):
    """The environment in which students' code runs, where it is not the grader's own."""

    python: str | None = None
    """Version of Python, such as `3.11`; without one that of the grader's own interpreter."""
    packages: tuple[str, ...]
    """Exact versions of all packages, such as `numpy==1.26.4`."""

    @field_validator("python")
    @classmethod
    def _is_new_enough(cls, version: str | None) -> str | None:
        if version is not None and not re.fullmatch(r"3\.(9|[1-9]\d)", version):
            raise ValueError(f'{version!r}: give major and minor version, such as "3.11"; from "3.9" on')
        return version

    @field_validator("packages")
    @classmethod
    def _are_exact(cls, pins: tuple[str, ...]) -> tuple[str, ...]:
        for pin in pins:
            if not _PIN.fullmatch(pin):
                raise ValueError(
                    f'{pin!r}: give a name in small letters and an exact version, such as "numpy==1.26.4"'
                )
        names = [pin.partition("==")[0] for pin in pins]
        if len(names) != len(set(names)):
            raise ValueError("a package is pinned twice")
        if "numpy" not in names:
            raise ValueError('NumPy must be among them, such as "numpy==1.26.4"')
        return pins


class Function(Model):
    """One function that students program."""

    name: str
    aliases: tuple[str, ...] = ()
    check: str | None = None
    """Name of the check in `grader.numeric.checks`; without one a person reads the code."""
    share: Share = 1.0
    """Weight among the functions of the exercise."""


class Exercise(Model):
    """What carries points."""

    id: str
    kind: Literal["formula", "equations", "derivation", "function", "text"]
    title: str
    points: Annotated[float, Field(ge=0.0)] = 0.0
    optional: bool = False
    letter: str = ""
    """The letter in its heading; without one the first character of the id."""
    part_of: str | None = None
    """Id of the exercise whose answer this is a part of: the words of a derivation, the discussion of code."""
    world: str | None = None
    or_worlds: tuple[str, ...] = ()
    """derivation: other worlds that a student may choose; the answer may be right in any of them."""
    equations: tuple[Equation, ...] = ()
    """formula: exactly one; equations: all that are asked for; derivation: the final result, where it is open."""
    eliminate: tuple[str, ...] = ()
    """Symbols that must not be left in the result."""
    facts: tuple[Fact, ...] = ()
    """derivation: what it must show; without any a person reads it."""
    given: tuple[str, ...] = ()
    """Displays that the prompt prints itself: never a student's answer on their own."""
    in_sheet: bool = False
    """Whether the sheet itself holds what is checked, as for code that everyone is given."""
    functions: tuple[Function, ...] = ()
    words: str = ""
    """function: a question of its prompt that is answered in comments, or in text beside the code, which a person reads."""
    known_words: str = ""
    """function: the word or number that such an answer says where it is right, so that nobody has to read it."""
    known_words_sha256: str = ""
    """The same as `fingerprint` makes it, by which the copy that students get recognises it."""
    costs: dict[str, Share] = {}
    """Share of the points that a kind of mistake costs here, over the assignment's rubric."""

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> Self:
        if self.kind == "formula" and len(self.equations) != 1:
            raise ValueError(f"exercise {self.id!r}: a formula asks for exactly one equation")
        if self.kind == "equations" and not self.equations:
            raise ValueError(f"exercise {self.id!r}: kind 'equations' needs [[exercises.equations]]")
        if self.kind == "function" and not self.functions:
            raise ValueError(f"exercise {self.id!r}: kind 'function' needs [[exercises.functions]]")
        if (self.words and self.kind != "function") or (self.has_known_words and not self.words):
            raise ValueError(
                f"exercise {self.id!r}: 'words' goes with kind 'function', 'known_words' with 'words'"
            )
        if not re.fullmatch(r"\w*", self.known_words):
            raise ValueError(f"exercise {self.id!r}: 'known_words' is one word or number")
        if (self.equations or self.facts) and self.world is None:
            raise ValueError(f"exercise {self.id!r}: equations are judged in a world; name one")
        if self.optional and self.points:
            raise ValueError(f"exercise {self.id!r}: optional exercises carry no points")
        return self

    @property
    def has_known_words(self) -> bool:
        """Whether it is known what its words must say."""
        return bool(self.known_words or self.known_words_sha256)

    def says_known_words(self, text: str) -> bool:
        """Whether a text says what its words must say."""
        known = self.known_words_sha256 or self.fingerprint(self.known_words)
        return self.has_known_words and any(
            self.fingerprint(word) == known for word in re.findall(r"\w+", text)
        )

    def fingerprint(self, word: str) -> str:
        """A word as the copy that students get knows it: trying words tells no more than asking the checker."""
        return hashlib.sha256(f"{self.id}: {word}".encode()).hexdigest()

    @property
    def all_worlds(self) -> tuple[str, ...]:
        """The names of its world and of those that a student may choose instead."""
        return (*(() if self.world is None else (self.world,)), *self.or_worlds)

    @property
    def heading(self) -> str:
        """The letter that its heading shows."""
        return self.letter or self.id[0]


class Spec(Model):
    """The content of `assignment.toml`."""

    name: str
    title: str
    language: str = "en"
    """In which language students are told about their work."""
    notebook: str = "notebook.ipynb"
    solution: str | None = None
    """A notebook beside it that answers everything: proves the checks of functions; students never get it."""
    earlier: tuple[str, ...] = ()
    """Sheets of earlier years beside it: their prompts are known too."""
    sections: tuple[str, ...] = ()
    """Titles of the lecture's own sections, which end an exercise; the sheet's headings are added to these."""
    hints: Annotated[int, Field(ge=0, le=3)] = 3
    """How much students are told: 0 right or wrong, 1 what kind of thing is off, 2 also where, 3 also what may help."""
    solution_after: date | None = None
    """The day from which students' pages show the solution; without it they never do."""
    lms_maximum: Annotated[float, Field(gt=0.0)] | None = None
    """What full marks are in the learning platform: exported grades are scaled to it. Without it points are exported."""
    student: StudentPython | None = None
    """What runs students' code; without it the grader's own interpreter and NumPy."""
    late: LatePolicy | None = None
    """When it is due and what being late costs; without it nothing is late."""
    worlds: dict[str, World] = {}
    rubric: dict[str, Share] = {}
    """Share of an exercise's points that each kind of mistake costs, once per exercise."""
    exercises: Annotated[tuple[Exercise, ...], Field(min_length=1)]

    @field_validator("language")
    @classmethod
    def _is_known(cls, code: str) -> str:
        try:
            return language(code).code
        except LanguageError as error:
            raise ValueError(str(error)) from error

    @model_validator(mode="after")
    def _references_resolve(self) -> Self:
        ids = [exercise.id for exercise in self.exercises]
        if len(ids) != len(set(ids)):
            raise ValueError("every exercise needs an id of its own")
        for code in {code for costs in (self.rubric, *(e.costs for e in self.exercises)) for code in costs}:
            if code not in FINDING_CODES:
                raise ValueError(
                    f"the rubric prices {code!r}, which is no finding; there is {sorted(FINDING_CODES)}"
                )
        for exercise in self.exercises:
            for name in exercise.all_worlds:
                if name not in self.worlds:
                    raise ValueError(
                        f"exercise {exercise.id!r}: no [worlds.{name}]; there is {sorted(self.worlds)}"
                    )
            if exercise.part_of is not None and exercise.part_of not in ids:
                raise ValueError(f"exercise {exercise.id!r}: part_of names no exercise: {exercise.part_of!r}")
        return self

    @property
    def runs_code(self) -> bool:
        """Whether students' code is run to grade it."""
        return any(exercise.kind == "function" for exercise in self.exercises)
