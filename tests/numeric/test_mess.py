"""What stands around the answers of a whole notebook changes no verdict on them."""

from __future__ import annotations

import pytest

from grader.numeric import CodeCell, Session, asked, check_functions, submission_seed, unfilled
from tests.numeric.solutions import QUICK, WEEK2, code_cells
from tests.numeric.test_week2 import CLASS, EXPECTED, in_short

SHEET = code_cells(WEEK2.sheet_path)
NAMES = [
    name
    for exercise in WEEK2.exercises
    for function in exercise.functions
    for name in (function.name, *function.aliases)
]

TRAINING = """
NN = init_NN([1, 20, 1])
for epoch in tqdm(range(10**9)):
    a, z = forward_pass(x_train, NN, [Tanh, Linear])
    g_b, g_w = backward_pass(x_train, t_train, z[-1], z, a, NN, [Tanh, Linear], squared_error)
    NN = ([w - 0.1 * g for w, g in zip(NN[0], g_w)], [b - 0.1 * g for b, g in zip(NN[1], g_b)])
"""
MESS = (
    "%matplotlib inline\n!pip install torch\nimport torch, no_such_package\nfrom tqdm.notebook import tqdm",
    "EPOCHS =\nBATCH_SIZE = 32",
    "<<<<<<< HEAD\nNN = init_NN([1, 5, 1])\n=======\nNN = init_NN([1, 8, 1])\n>>>>>>> main",
    "%%bash\nls -l (",
    TRAINING,
    "while True:\n    loss = input('another one?')",
    "plt.plot(x_train, t_train)\nplt.show()\ndisplay(NN)\nget_ipython().system('ls')",
    "np.random.seed(1)\nassert False, 'stop here'\nraise SystemExit",
    "data = np.loadtxt('no_such_file.csv')\nnet = torch.nn.Linear(2, 3)",
    "for Sigmoid in range(10**9):\n    pass",
    "class Network:\n    def fit(self):\n        while True: pass\nNetwork().fit()",
)


@pytest.mark.parametrize("name", ["s201", "s202", "s203", "s206", "s212"])
def test_cells_between_the_answers_change_no_verdict(name: str) -> None:
    cells = code_cells(CLASS / f"{name}.ipynb")
    last = max(cell.index for cell in cells)
    messy = [CodeCell(last + 1 + number, source) for number, source in enumerate(MESS)]
    # Before the answers, with their own places kept, and after them.
    before = [CodeCell(number - len(MESS), source) for number, source in enumerate(MESS)]
    code = [*before, *cells, *messy]
    with Session(code, QUICK, asked(SHEET, NAMES)) as session:
        found = {
            exercise: in_short(
                check_functions(
                    WEEK2.exercise(exercise),
                    session,
                    frozenset(),
                    submission_seed(b"secret", name),
                    unfilled(SHEET, code),
                )
            ).replace(" as_run", "")
            for exercise in EXPECTED[name]
        }
        assert not any(session.whole_run(function) for function in NAMES)
    assert found == {exercise: said.replace(", words", "") for exercise, said in EXPECTED[name].items()}
