"""No hostile notebook earns what it does not deserve, reaches out of its process, or touches the next submission."""

from __future__ import annotations

import ctypes
import os
import select
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from grader.numeric import Limits
from grader.result import Status
from tests.numeric.hostile.attacks import ATTACKS_ON_THE_MACHINE, CORRECT, TRICKS, Attack
from tests.numeric.solutions import BACKWARD, CROSS_ENTROPY, GIVEN, QUICK, judge
from tests.numeric.tiers import LIMITS_ONLY, OLD_WALL, WALLED, enter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# For those that have to be stopped: others get time, so that a slow machine does not change their cause.
TIGHT = Limits(cpu_seconds=1, cpu_seconds_total=2, wall_seconds=2.0)
# The limit counts all processes of the user who runs the tests: without one, the attacks meet the wall itself.
WITHOUT_NPROC = Limits(cpu_seconds=1, processes=100_000)
STOPPED = {"timed_out", "as_run"}
CANARY = "yellow-as-canaries-are"


@dataclass(frozen=True)
class Scene:
    """What is there to be attacked."""

    folder: Path
    memory: ctypes.Array[ctypes.c_char]
    pipe: int
    tcp: socket.socket
    udp: socket.socket

    def filled_in(self, cell: str) -> str:
        places = {
            "@FILE@": self.folder / "canary",
            "@FOLDER@": self.folder,
            "@PORT@": self.tcp.getsockname()[1],
            "@GRADER@": os.getpid(),
            "@ADDRESS@": ctypes.addressof(self.memory),
            # Backwards: an attack must not find the canary in its own source.
            "@CANARY@": CANARY[::-1],
        }
        for name, value in places.items():
            cell = cell.replace(name, str(value))
        return cell

    def assert_untouched(self) -> None:
        assert [path.name for path in self.folder.iterdir()] == ["canary"]
        file = self.folder / "canary"
        assert file.read_text() == CANARY
        assert file.stat().st_mode & 0o777 == 0o666
        assert file.stat().st_mtime > 0
        watched = [self.pipe, self.tcp.fileno(), self.udp.fileno()]
        readable, _, _ = select.select(watched, [], [], 0)
        assert not readable


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    monkeypatch.setenv("CANARY", CANARY)
    folder = tmp_path / "outside"
    folder.mkdir()
    folder.chmod(0o777)
    (folder / "canary").write_text(CANARY)
    (folder / "canary").chmod(0o666)
    read, write = os.pipe()
    os.set_inheritable(write, True)
    with (
        socket.create_server(("127.0.0.1", 0)) as tcp,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
    ):
        udp.bind(tcp.getsockname())
        yield Scene(folder, ctypes.create_string_buffer(CANARY.encode()), read, tcp, udp)
    os.close(read)
    os.close(write)


@pytest.mark.parametrize("attack", TRICKS, ids=lambda attack: attack.name)
@pytest.mark.parametrize("tier", [WALLED, LIMITS_ONLY])
def test_a_trick_is_named_and_earns_nothing(
    tier: str, attack: Attack, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(tier, monkeypatch)
    assert_contained(attack, scene, TIGHT if attack.cause in STOPPED else QUICK)


@pytest.mark.parametrize("attack", ATTACKS_ON_THE_MACHINE, ids=lambda attack: attack.name)
@pytest.mark.parametrize("tier", [WALLED, OLD_WALL])
def test_an_attack_on_the_machine_meets_the_wall(
    tier: str, attack: Attack, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(tier, monkeypatch)
    assert_contained(attack, scene, WITHOUT_NPROC)


def assert_contained(attack: Attack, scene: Scene, limits: Limits) -> None:
    verdict = judge("d", GIVEN, BACKWARD, scene.filled_in(attack.cell), limits=limits)
    told = verdict.model_dump_json()
    if attack.cause == CORRECT:
        assert verdict.status is Status.CORRECT, told
    else:
        assert verdict.status in {Status.WRONG, Status.REVIEW, Status.MISSING}, told
        assert attack.cause in {finding.code for finding in verdict.findings}, told
    assert "Leaked" not in told
    assert CANARY not in told
    scene.assert_untouched()
    assert judge("d", CROSS_ENTROPY).status is Status.CORRECT


def test_there_are_enough_attacks() -> None:
    names = [attack.name for attack in (*TRICKS, *ATTACKS_ON_THE_MACHINE)]
    assert len(set(names)) == len(names) >= 50
