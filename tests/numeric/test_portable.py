"""Where a system has no fork, no limits, no locks and no way to hand a socket down, students' code runs all the same."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from grader.exit_codes import ExitCode
from grader.numeric.replies import TimedOut
from grader.numeric.subject import explain
from grader.result import Result
from tests.batch.made_up import ROOT
from tests.batch.made_up import run as run_as_ever

from .without_posix import run

if TYPE_CHECKING:
    from pathlib import Path

linux = pytest.mark.skipif(sys.platform != "linux", reason="takes away what Linux has")

_CHECK = "from grader.cli import main; main()"
_ASK = """
from grader.numeric import CodeCell, Limits, Session
from grader.numeric.sandbox.folders import own_folder
def ask(source, name="f", *args, wall=20.0):
    with Session([CodeCell(0, source)], Limits(wall_seconds=wall)) as session:
        print(session.call(name, args))
"""


def shown(done: str) -> dict[str, object]:
    """Status, points and words of each exercise."""
    result = Result.model_validate_json(done)
    return {one.id: (one.status, one.points, one.findings) for one in result.exercises}


@linux
@pytest.mark.parametrize("name", ["s201", "s203"])
def test_a_check_says_the_same(name: str, tmp_path: Path) -> None:
    arguments = ("check", ROOT / "submissions" / "week2" / f"{name}.ipynb", "--json")
    done, as_ever = run(tmp_path, _CHECK, *arguments), run_as_ever(tmp_path, *arguments)
    assert (done.stderr, done.returncode) == ("", as_ever.returncode)
    assert done.returncode in {ExitCode.DONE, ExitCode.FAILED}
    assert shown(done.stdout) == shown(as_ever.stdout)
    assert Result.model_validate_json(done.stdout).environment.sandbox == "limits only"
    assert list((tmp_path / "tmp").iterdir()) == []


def said(tmp_path: Path, script: str) -> str:
    done = run(tmp_path, _ASK + script)
    assert (done.stderr, done.returncode) == ("", 0)
    assert list((tmp_path / "tmp").iterdir()) == []
    return done.stdout.strip()


@linux
def test_an_endless_loop_is_stopped_and_nobody_claims_to_know_its_work(tmp_path: Path) -> None:
    source = "def f():\n    while True: pass"
    assert said(tmp_path, f"ask({source!r}, wall=1.0)") == "TimedOut(computing=None)"


@linux
def test_a_loop_in_a_cell_that_is_stopped_costs_no_function_beside_it(tmp_path: Path) -> None:
    source = "n = 3\nwhile True: n += 0\ndef f():\n    return n"
    assert said(tmp_path, f"ask({source!r}, wall=1.0)") == "Returned(value=3, args=[], printed='')"


def test_a_student_reads_that_no_answer_came_and_no_reason_that_nobody_knows() -> None:
    told = explain(TimedOut(computing=None), "f")
    assert told.finding.message == "`f` gave no answer in the time allowed."
    assert told.unsure


@linux
def test_the_doctor_says_that_nothing_keeps_code_in(tmp_path: Path) -> None:
    done = run(tmp_path, _CHECK, "doctor")
    assert (done.stderr, done.returncode) == ("", ExitCode.FAILED)
    assert "this system has no wall" in done.stdout
    assert "Sandbox: limits only" in done.stdout


@linux
@pytest.mark.parametrize(
    ("body", "reply"),
    [
        ("os._exit(3)", "EndedItself()"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "Crashed(signal='SIGSEGV')"),
        ("os.closerange(3, 30); time.sleep(60)", "Forged()"),
    ],
)
def test_how_it_ended_is_told_from_its_exit_code(body: str, reply: str, tmp_path: Path) -> None:
    source = f"import os, signal, time\nfrom contextlib import suppress\ndef f():\n    with suppress(OSError): {body}"
    assert said(tmp_path, f"ask({source!r})") == reply


@linux
def test_a_flood_of_output_stays_bounded(tmp_path: Path) -> None:
    source = "import os\ndef f():\n    for _ in range(2000):\n        print('x' * 10_000)\n        os.write(1, b'x' * 10_000)\n    return 1"
    printed = said(tmp_path, f"ask({source!r})")
    assert printed.startswith("Returned(value=1, args=[], printed='xxx")
    assert len(printed) < 30_000


@linux
def test_only_numpy_can_be_imported_beside_the_standard_library(tmp_path: Path) -> None:
    source = "def f(name):\n    return __import__(name).__name__"
    script = f"for name in ('numpy.linalg', 'grader', 'reference', 'sympy'): ask({source!r}, 'f', name)"
    first, *others = said(tmp_path, script).splitlines()
    assert first.startswith("Returned(value='numpy'")
    assert [other.startswith('Raised(text="ModuleNotFoundError') for other in others] == [True] * 3


@linux
def test_a_process_that_does_not_come_up_is_our_failure_at_once(tmp_path: Path) -> None:
    script = (
        "launch.BOOTSTRAP = 'raise SystemExit(\"no such thing\")'\nfrom grader.numeric import SandboxError\n"
    )
    attempt = "try: ask('')\nexcept SandboxError as error: print(error)"
    assert said(tmp_path, script + attempt).endswith("did not come up: no such thing")


@linux
def test_who_does_not_know_the_token_is_not_taken_for_the_child(tmp_path: Path) -> None:
    """Another program of this machine connects first."""
    script = """
import socket
from grader.numeric.sandbox import portable
real = socket.create_server
def with_a_stranger(address):
    listener = real(address)
    stranger = socket.create_connection(listener.getsockname())
    stranger.sendall(bytes(32))
    return listener
socket.create_server = with_a_stranger
ask("def f(): return 1")
"""
    assert said(tmp_path, script).startswith("Returned(value=1")
