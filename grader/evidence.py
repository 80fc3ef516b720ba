"""Numbers that a check leaves in a finding's `evidence` for a picture: small, and telling no more of right values than messages do."""

from __future__ import annotations

from typing import TypeVar

from pydantic import ValidationError

from grader.result import Finding, Record

_Kind = TypeVar("_Kind", bound="Evidence")


class Evidence(Record):
    """What a picture is drawn from."""

    @classmethod
    def key(cls) -> str:
        """Where it stands in a finding's `evidence`."""
        return cls.__name__.lower()


class Convergence(Evidence):
    """How far a derivative and its difference quotient are apart, absolute, for each step size."""

    about: str
    """Whose derivative: `g_w[0][1, 2]`, or the name of the student's function."""
    steps: tuple[float, ...]
    """Falling."""
    errors: tuple[float, ...]
    right: tuple[float, ...]
    """The same of a right derivative, or of a right quotient."""


class Deviation(Record):
    """Where one array of gradients is wrong."""

    name: str
    shape: tuple[int, ...] | None
    """None where it is no array of numbers."""
    expected_shape: tuple[int, ...]
    rows: tuple[str, ...] = ()
    """A digit for every entry: 0 right, 9 as far off as the worst entry of all arrays; none where the shape is wrong."""


class Deviations(Evidence):
    """Where gradients are wrong, layer by layer."""

    arrays: tuple[Deviation, ...]


def with_evidence(finding: Finding, *evidence: Evidence | None) -> Finding:
    """The finding with what its pictures are drawn from."""
    added = {one.key(): one.model_dump(mode="json") for one in evidence if one is not None}
    return finding.model_copy(update={"evidence": {**finding.evidence, **added}})


def evidence_of(finding: Finding, kind: type[_Kind]) -> _Kind | None:
    """What a finding holds of this kind; None where it holds none, or one in another version's form."""
    try:
        return kind.model_validate(finding.evidence.get(kind.key()))
    except ValidationError:
        return None
