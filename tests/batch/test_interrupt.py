from __future__ import annotations

import os
import signal
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from grader.batch.interrupt import ctrl_c_noticed

if TYPE_CHECKING:
    from collections.abc import Iterator


class Slow:
    """As objects of some libraries do, it has work to do where it ends."""

    def __del__(self) -> None:
        os.kill(os.getpid(), signal.SIGINT)


@pytest.fixture
def _own_handler() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_own_handler")
def test_ctrl_c_in_a_destructor_is_noticed_afterwards() -> None:
    noticed = []

    def grade() -> None:
        with ctrl_c_noticed() as check:
            check()
            # Raised where it arrives, it would be dropped with a warning, which fails this test.
            slow = Slow()
            del slow
            with suppress(KeyboardInterrupt):
                check()
                noticed.append("never")

    with pytest.raises(KeyboardInterrupt):
        grade()
    assert not noticed
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.usefixtures("_own_handler")
def test_ctrl_c_elsewhere_is_raised_at_once() -> None:
    with pytest.raises(KeyboardInterrupt), ctrl_c_noticed():
        os.kill(os.getpid(), signal.SIGINT)
