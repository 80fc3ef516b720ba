from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from grader.lateness import LatePolicy, lateness
from grader.result import Late

DUE = datetime(2026, 9, 24, 23, 59)  # noqa: DTZ001 - by the course's clock
RULE = LatePolicy(
    due=DUE, timezone="Europe/Copenhagen", grace_minutes=10, penalty_per_day=0.1, max_penalty=0.25
)


@pytest.mark.parametrize(
    ("after", "late"),
    [
        (timedelta(hours=-1), Late()),
        (timedelta(0), Late()),
        (timedelta(minutes=10), Late()),
        (timedelta(minutes=10, seconds=1), Late(seconds=601, penalty=1.5)),
        (timedelta(days=1), Late(seconds=86400, penalty=1.5)),
        (timedelta(days=1, seconds=1), Late(seconds=86401, penalty=3.0)),
        (timedelta(days=9), Late(seconds=9 * 86400, penalty=3.75)),
    ],
)
def test_each_day_begun_costs_its_share_up_to_the_most(after: timedelta, late: Late) -> None:
    assert lateness(DUE + after, RULE, max_points=15.0) == late


def test_an_extension_is_more_time_or_another_time() -> None:
    submitted = DUE + timedelta(hours=30)
    assert lateness(submitted, RULE, 15.0, timedelta(hours=48)) == Late()
    assert lateness(submitted, RULE, 15.0, timedelta(hours=24)).penalty == 1.5
    assert lateness(submitted, RULE, 15.0, DUE + timedelta(days=2)) == Late()


def test_a_time_of_another_zone_is_the_same_instant() -> None:
    assert lateness(datetime(2026, 9, 24, 21, 59, tzinfo=UTC), RULE, 15.0) == Late()
    assert lateness(datetime(2026, 9, 24, 22, 59, tzinfo=UTC), RULE, 15.0).seconds == 3600


def test_the_night_when_the_clocks_change_has_an_hour_more() -> None:
    autumn = RULE.model_copy(update={"due": datetime(2026, 10, 24, 23, 59)})  # noqa: DTZ001
    assert lateness(datetime(2026, 10, 25, 23, 59), autumn, 15.0).seconds == 25 * 3600  # noqa: DTZ001


def test_a_zone_that_does_not_exist_is_refused() -> None:
    for name in ("Mars/Base", "../etc/passwd", ""):
        with pytest.raises(ValidationError, match="write one like Europe/Copenhagen"):
            LatePolicy(due=DUE, timezone=name)
