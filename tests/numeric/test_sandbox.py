from __future__ import annotations

import ctypes
import errno
import os
import platform
import select
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from grader.numeric import CodeCell, Limits, Returned, SandboxError, Session
from grader.numeric.child.system_calls import FORBIDDEN, numbers
from grader.numeric.namespaces import try_namespaces
from grader.numeric.probe import tier, try_everything
from grader.numeric.replies import Crashed, FilledFolder, Raised
from grader.numeric.sandbox import fresh, launch, warm
from grader.numeric.sandbox.launch import own_runtime
from tests.helpers import graded
from tests.numeric.solutions import WEEK2
from tests.numeric.tiers import (
    IMPORT,
    LIMITS_ONLY,
    NAMESPACES_ONLY,
    NO_NAMESPACES,
    OLD_WALL,
    WALLED,
    enter,
    name_of_wall,
    namespaces_allowed,
)

linux = pytest.mark.skipif(sys.platform != "linux", reason="the wall and the server are for Linux")

CELL = "import os\ndef f(x):\n    return x + 1\ndef process():\n    return os.getpid()\ndef server():\n    return os.getppid()"
LOADS_LATE = "def server():\n    import os, numpy.ma\n    return os.getppid()"


def session_of(source: str = CELL, limits: Limits | None = None) -> Session:
    return Session([CodeCell(0, source)], limits or Limits(cpu_seconds=1))


def value(session: Session, name: str, *args: object) -> int:
    reply = session.call(name, args)
    assert isinstance(reply, Returned), reply
    return int(reply.value)


def keep_folders_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of sessions; the server, which has one too, starts before."""
    with session_of() as session:
        value(session, "f", 1)
    monkeypatch.setattr("tempfile.tempdir", str(folder))


def wait_until_ended(process: int) -> None:
    deadline = time.monotonic() + 10.0
    while True:
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return
        if state == "Z":
            return
        assert time.monotonic() < deadline, f"process {process} goes on"
        time.sleep(0.01)


@pytest.mark.parametrize("wall", [WALLED, OLD_WALL])
def test_everything_forbidden_is_refused_behind_the_wall(wall: str, monkeypatch: pytest.MonkeyPatch) -> None:
    enter(wall, monkeypatch)
    found = try_everything()
    assert [attempt.act for attempt in found.attempts if not attempt.held] == []
    assert found.walled
    assert found.name == (name_of_wall() if wall == WALLED else "landlock+seccomp")


@linux
def test_the_probe_sees_what_happens_without_a_wall(monkeypatch: pytest.MonkeyPatch) -> None:
    enter(LIMITS_ONLY, monkeypatch)
    found = try_everything()
    held = {attempt.act: attempt.held for attempt in found.attempts}
    # What else happens depends on who runs the tests.
    possible = "read a file", "write a file", "connect to a port", "send a datagram", "run another program"
    assert [act for act in possible if held[act]] == []
    assert (found.walled, found.name) == (False, "limits only")


OUTSIDE = {
    "connect to a port",
    "send a datagram",
    "connect to a local socket",
    "send a message to a queue",
}
"""Of the namespaces."""


@linux
@pytest.mark.skipif(not namespaces_allowed(), reason="this machine allows no namespaces")
def test_nothing_outside_is_reached_from_the_namespaces() -> None:
    found = try_namespaces(own_runtime())
    assert {attempt.act for attempt in found.attempts if attempt.held} == OUTSIDE
    assert (found.held, found.refused) == (True, "")


@linux
def test_where_namespaces_are_refused_the_wall_stands_and_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    enter(NO_NAMESPACES, monkeypatch)
    found = try_everything()
    assert (found.walled, found.name) == (True, "landlock+seccomp")
    assert found.namespaces.refused == "Operation not permitted"
    assert {attempt.act for attempt in found.namespaces.attempts if not attempt.held} == OUTSIDE


@linux
def test_a_kernel_that_only_says_that_it_has_namespaces_is_not_believed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        launch, "BOOTSTRAP", f"{IMPORT}namespaces.unshare = lambda _: None\n{launch.BOOTSTRAP}"
    )
    found = try_everything()
    assert found.namespaces.refused == ""
    assert not found.namespaces.held
    assert found.name in {"landlock+seccomp", LIMITS_ONLY}


@linux
def test_attempts_on_the_namespaces_that_end_half_way_count_for_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken = f"{IMPORT}def send(_): raise ValueError\nnamespaces.send_message = send\n"
    monkeypatch.setattr(launch, "BOOTSTRAP", broken + launch.BOOTSTRAP)
    with pytest.raises(SandboxError, match="attempts on the namespaces could not be run"):
        try_namespaces(own_runtime())


@linux
def test_namespaces_keep_the_network_away_where_the_wall_lets_it_through(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    enter(NAMESPACES_ONLY, monkeypatch)
    found = try_everything()
    held = {attempt.act: attempt.held for attempt in found.attempts}
    assert held["connect to a port"]
    assert held["send a datagram"]
    assert not held["read a file"]
    assert (found.walled, found.name) == (False, "limits only")


@linux
@pytest.mark.parametrize("wall", [WALLED, NO_NAMESPACES])
def test_a_child_has_no_privileges_in_any_namespace(wall: str, monkeypatch: pytest.MonkeyPatch) -> None:
    enter(wall, monkeypatch)
    with session_of() as session:
        status = Path(f"/proc/{value(session, 'process')}/status").read_text()
    sets = dict(line.split(":\t") for line in status.splitlines() if line.startswith("Cap"))
    assert {sets[name] for name in ("CapEff", "CapPrm", "CapInh")} == {"0" * 16}


@linux
def test_the_graders_memory_is_closed_to_its_children_even_without_a_wall(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    enter(LIMITS_ONLY, monkeypatch)
    held = {attempt.act for attempt in try_everything().attempts if attempt.held}
    assert held >= {"read the grader's memory through /proc", "read the grader's memory by a system call"}


@linux
def test_every_forbidden_system_call_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    enter(WALLED, monkeypatch)
    source = (
        "import ctypes\ndef f(number):\n    library = ctypes.CDLL(None, use_errno=True)\n"
        "    library.syscall(ctypes.c_long(number), *[ctypes.c_long(-1)] * 6)\n    return ctypes.get_errno()\n"
    )
    with session_of(source) as session:
        calls = numbers(FORBIDDEN, platform.machine())
        let_through = {name for name, number in calls.items() if value(session, "f", number) != errno.EPERM}
    assert let_through == set()


@linux
@pytest.mark.parametrize("start", [fresh.start, warm.start], ids=["fresh", "warm"])
def test_a_child_is_the_same_however_it_starts(start: launch.Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm, "start", start)
    with session_of(CELL + "\ndef g():\n    return open('/etc/passwd').read()") as session:
        assert value(session, "f", 1) == 2
        assert session.versions == tier().versions
        reply = session.call("g", [])
    assert not tier().walled or (isinstance(reply, Raised) and "Permission" in reply.text)


@linux
def test_children_share_a_server_and_nothing_else() -> None:
    with session_of() as one, session_of() as other:
        assert value(one, "server") == value(other, "server")
        assert value(one, "process") != value(other, "process")


@linux
def test_random_numbers_are_a_childs_own() -> None:
    source = "import numpy as np\ndef f():\n    return np.random.randint(2**31 - 1)"
    drawn = set()
    for _ in range(3):
        with session_of(source) as session:
            drawn.add(value(session, "f"))
    assert len(drawn) == 3


@linux
def test_a_server_that_was_killed_costs_a_submission_nothing() -> None:
    with session_of() as session:
        assert value(session, "f", 1) == 2
        dead, process = value(session, "server"), value(session, "process")
        os.kill(dead, signal.SIGKILL)
        wait_until_ended(process)
        assert value(session, "f", 1) == 2
        assert value(session, "server") != dead


@linux
def test_a_server_that_hangs_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm, "SECONDS_TO_ANSWER", 2.0)
    with session_of() as session:
        os.kill(value(session, "server"), signal.SIGKILL)
    with session_of() as session:
        stopped = value(session, "server")
        os.kill(stopped, signal.SIGSTOP)
    with session_of() as session:
        assert value(session, "server") != stopped
    wait_until_ended(stopped)


@linux
def test_an_answer_that_was_no_longer_waited_for_is_not_the_next_questions() -> None:
    def press_ctrl_c(*_: object) -> None:
        raise KeyboardInterrupt

    def close_meanwhile() -> None:
        with session_of() as session:
            stopped.append(value(session, "server"))
            os.kill(stopped[0], signal.SIGSTOP)
            signal.setitimer(signal.ITIMER_REAL, 0.1)

    stopped: list[int] = []
    before = signal.signal(signal.SIGALRM, press_ctrl_c)
    with pytest.raises(KeyboardInterrupt):
        close_meanwhile()
    signal.signal(signal.SIGALRM, before)
    with suppress(ProcessLookupError):
        os.kill(stopped[0], signal.SIGCONT)
    with session_of() as session:
        assert value(session, "f", 1) == 2


@linux
def test_children_end_with_their_server() -> None:
    with session_of() as session:
        process = value(session, "process")
        os.kill(value(session, "server"), signal.SIGKILL)
        wait_until_ended(process)


@linux
@pytest.mark.parametrize("end", ["os._exit(0)", "os.kill(os.getpid(), 9)"])
def test_nothing_is_left_of_a_grader_that_was_killed(end: str, tmp_path: Path) -> None:
    script = (
        "import os\nfrom tests.numeric.test_sandbox import session_of, value\nsession = session_of()\n"
        f"print(value(session, 'process'), value(session, 'server'), flush=True)\n{end}"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    for process in done.stdout.split():
        wait_until_ended(int(process))
    assert len(done.stdout.split()) == 2, done.stderr
    assert list(tmp_path.iterdir()) == []


@linux
def test_a_grader_that_was_forked_starts_a_server_of_its_own() -> None:
    with session_of() as session:
        server = value(session, "server")
    script = f"""
import os
from tests.numeric.test_sandbox import LOADS_LATE, session_of, value
with session_of() as session:
    server = value(session, "server")
forked = os.fork()
with session_of() as session:
    same = value(session, "server") == server
if forked == 0:
    raise SystemExit(same)
assert same and os.waitstatus_to_exitcode(os.waitpid(forked, 0)[1]) == 0 and server != {server}
with session_of(LOADS_LATE) as session:
    assert value(session, "server") == server
"""
    subprocess.run([sys.executable, "-c", script], check=True, cwd=Path(__file__).parents[2])


def test_sessions_in_many_threads_do_not_disturb_each_other() -> None:
    def grade(number: int) -> int:
        with session_of() as session:
            return value(session, "f", number)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(grade, range(20))) == list(range(1, 21))


@linux
def test_nothing_is_left_of_a_session() -> None:
    def descriptors() -> int:
        return len(os.listdir(f"/proc/{os.getpid()}/fd"))  # noqa: PTH208 - as short as it gets

    with session_of() as session:
        value(session, "f", 1)
    before = descriptors()
    for source in (CELL, "import os\ndef f(x):\n    os._exit(0)", "def f(x): raise SystemExit"):
        with session_of(source) as session:
            session.call("f", [1])
    assert descriptors() == before


def test_a_folder_full_of_files_ends_the_child_and_is_removed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:

    keep_folders_in(tmp_path, monkeypatch)
    source = "def f(n):\n    for one in range(n): open(str(one), 'w').close()\n    return n"
    with session_of(source, Limits(cpu_seconds=1, files=5)) as session:
        assert value(session, "f", 5) == 5
        assert session.call("f", [6]) == FilledFolder()
    assert list(tmp_path.iterdir()) == []


def test_folders_without_end_are_removed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    enter(LIMITS_ONLY, monkeypatch)

    keep_folders_in(tmp_path, monkeypatch)
    source = "import os\ndef f():\n    for _ in range(1100):\n        os.mkdir('d')\n        os.chdir('d')"
    with session_of(source) as session:
        assert isinstance(session.call("f", []), Returned)
    assert list(tmp_path.iterdir()) == []


@linux
def test_processes_that_a_student_started_end_with_the_session(monkeypatch: pytest.MonkeyPatch) -> None:
    enter(LIMITS_ONLY, monkeypatch)
    source = (
        "import os, time\ndef f():\n    pid = os.fork()\n    while pid == 0: time.sleep(60)\n    return pid"
    )
    with session_of(source, Limits(processes=100_000)) as session:
        process = os.pidfd_open(value(session, "f"))
    ended, _, _ = select.select([process], [], [], 10.0)
    os.close(process)
    assert ended


@linux
def test_a_wall_that_cannot_be_raised_is_our_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = (
        "import sys; sys.path.insert(0, sys.argv[2]); from child import wall\n"
        "def prctl(*_): raise PermissionError('no')\n"
        "wall.prctl = prctl\n"
    )
    monkeypatch.setattr(launch, "BOOTSTRAP", broken + launch.BOOTSTRAP)
    with session_of() as session, pytest.raises(SandboxError, match="could not be confined: PermissionError"):
        session.call("f", [1])


@linux
def test_a_server_with_several_threads_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    second = "import threading, time; threading.Thread(target=time.sleep, args=(60,), daemon=True).start();"
    monkeypatch.setattr(launch, "BOOTSTRAP", second + launch.BOOTSTRAP)
    with session_of() as session, pytest.raises(SandboxError, match="the server has 2 threads"):
        session.call("f", [1])


@linux
def test_a_signal_without_a_name_has_a_number() -> None:
    with session_of("import os\ndef f():\n    os.kill(os.getpid(), 40)") as session:
        assert session.call("f", []) == Crashed("signal 40")


def test_results_say_what_kept_the_code_in() -> None:
    path = Path(__file__).parents[2] / "submissions" / "week2" / "s201.ipynb"
    result = graded(path, WEEK2)
    assert result.environment.sandbox == tier().name


@linux
def test_the_grader_is_not_dumpable() -> None:
    with session_of() as session:
        value(session, "f", 1)
    assert ctypes.CDLL(None).prctl(3, 0, 0, 0, 0) == 0
