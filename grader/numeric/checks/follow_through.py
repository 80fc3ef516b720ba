"""What is right over a mistake that was made elsewhere.

A function that leans on the student's own forward pass and loss can be right although its numbers are not. Two numbers that both come
from the student's process prove nothing when they agree, so a mistake elsewhere must first be one that we know: then the
reference makes it too, and an answer is compared with ours. Where it is one that we do not know, agreement is for a person to see.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from grader.numeric.compare import common_factor, is_equal, read_array
from grader.numeric.outcome import NoAnswerError
from grader.result import Finding
from reference.activations import Linear
from reference.network import Network, batch_loss, forward_pass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.numeric.checks.cases import Case
    from grader.numeric.child.wire import Value
    from grader.numeric.subject import Subject
    from reference.activations import Activation, Array


def _right(network: Network, activations: Sequence[Activation]) -> tuple[Network, Sequence[Activation]]:
    return network, activations


FORWARD_PASSES: Mapping[
    str, Callable[[Network, Sequence[Activation]], tuple[Network, Sequence[Activation]]]
] = {
    "": _right,
    "leaves the biases out": lambda network, h: (
        Network(network.weights, tuple(np.zeros_like(b) for b in network.biases)),
        h,
    ),
    "subtracts the biases": lambda network, h: (
        Network(network.weights, tuple(-b for b in network.biases)),
        h,
    ),
    "has no activation function in the output layer": lambda network, h: (network, (*h[:-1], Linear)),
    "has no activation functions": lambda network, h: (network, (Linear,) * len(h)),
    "takes the first activation function in every layer": lambda network, h: (network, (h[0],) * len(h)),
}
"""What a forward pass with a well-known mistake computes: the right one of another network; by what it does."""


@dataclass(frozen=True)
class OwnPieces:
    """The student's forward pass and loss, as far as they are what we know.

    Attributes:
        variant: of the forward pass, a key of `FORWARD_PASSES`; empty for the right one.
        factor: by which the loss differs from the right one.

    """

    variant: str
    factor: float = 1.0

    @property
    def are_right(self) -> bool:
        """Whether nothing is wrong with them, so that nothing follows from them either."""
        return not self.variant and self.factor == 1.0

    def forward(self, case: Case, network: Network) -> tuple[list[Array], list[Array]]:
        """(a, z) of this forward pass, in a network on the case's inputs."""
        return forward_pass(case.x, *FORWARD_PASSES[self.variant](network, case.activations))

    def loss(self, case: Case, network: Network) -> Array:
        """The loss over the batch with these pieces; a scalar, analytic in the parameters."""
        return self.factor * batch_loss(
            case.x, case.t, *FORWARD_PASSES[self.variant](network, case.activations), case.loss
        )

    def finding(self, name: str) -> Finding:
        """Says of the function `name` that it is right over these pieces."""
        wrong = [f"`forward_pass` {self.variant}"] if self.variant else []
        if self.factor != 1.0:
            wrong.append(f"`squared_error` is {self.factor:.3g} times what it should be")
        return Finding(
            code="follow_through",
            message=f"`{name}` is right for the notebook's own functions, in which the mistake is: {' and '.join(wrong)}.",
            evidence={"forward_pass": self.variant, "loss_factor": self.factor},
        )


def own_forward_pass(subject: Subject, cases: Sequence[Case]) -> OwnPieces | None:
    """Which forward pass the notebook has; None where it is none that we know."""
    try:
        answers = [subject.ask_other("forward_pass", *arguments(case, case.network)) for case in cases]
    except NoAnswerError:
        return None
    for variant in FORWARD_PASSES:
        pieces = OwnPieces(variant)
        if all(
            _is_run(answer, *pieces.forward(case, case.network))
            for answer, case in zip(answers, cases, strict=True)
        ):
            return pieces
    return None


def own_pieces(subject: Subject, cases: Sequence[Case]) -> OwnPieces | None:
    """Which forward pass and which squared error the notebook has; None where one of them is none that we know."""
    pieces = own_forward_pass(subject, cases)
    if pieces is None:
        return None
    try:
        losses = [subject.ask_other("squared_error", case.t, case.y) for case in cases]
    except NoAnswerError:
        return None
    factor = common_factor(losses, [case.loss.value(case.t, case.y) for case in cases])
    if factor is None:
        return None
    return OwnPieces(pieces.variant, 1.0 if is_equal(factor, np.asarray(1.0)) else factor)


def arguments(case: Case, network: Network) -> list[Value]:
    """What a forward pass is called with."""
    return [case.x, (list(network.weights), list(network.biases)), case.functions(own=False)]


def own_run(subject: Subject, case: Case, network: Network) -> tuple[list[Array], list[Array]]:
    """(a, z) of the notebook's own forward pass in a network on the case's inputs, whatever it computes.

    Raises:
        NoAnswerError: it is no run, not even in its shapes.

    """
    answer = subject.ask_other("forward_pass", *arguments(case, network))
    pair = answer if isinstance(answer, list | tuple) and len(answer) == 2 else ([], [])
    found = []
    for name, part, model in (("a", pair[0], case.a), ("z", pair[1], case.z)):
        what = f"`{name}` of `forward_pass`"
        if not isinstance(part, list | tuple) or len(part) != len(model):
            raise NoAnswerError(
                Finding(code="wrong_shape", message=f"{what} does not hold one array per layer.")
            )
        arrays = [read_array(got, array.shape, what) for got, array in zip(part, model, strict=True)]
        for array in arrays:
            if isinstance(array, Finding):
                raise NoAnswerError(array)
        found.append([np.asarray(array, dtype=np.float64) for array in arrays])
    return found[0], found[1]


def _is_run(answer: Value, a: Sequence[Array], z: Sequence[Array]) -> bool:
    """Whether an answer holds these pre-activations and activations."""
    pair = isinstance(answer, list | tuple) and len(answer) == 2
    if not pair or [len(part) if isinstance(part, list | tuple) else 0 for part in answer] != [
        len(a),
        len(z),
    ]:
        return False
    return all(
        is_equal(got, model)
        for part, models in zip(answer, (a, z), strict=True)
        for got, model in zip(part, models, strict=True)
    )
