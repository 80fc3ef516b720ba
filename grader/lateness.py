"""How late a hand-in is and what that costs: by the assignment's rule, apart from the mark."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, field_validator

from grader.result import Late

_DAY = timedelta(days=1)


class LatePolicy(BaseModel):
    """The table `[late]` of `assignment.toml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    due: datetime
    """By the clock of the course."""
    timezone: str
    """Of that clock, such as `Europe/Copenhagen`."""
    grace_minutes: Annotated[float, Field(ge=0)] = 0.0
    """So much later is not late yet."""
    penalty_per_day: Annotated[float, Field(ge=0, le=1)] = 0.0
    """Share of all points that each day costs that has begun."""
    max_penalty: Annotated[float, Field(ge=0, le=1)] = 1.0
    """Share of all points beyond which it gets no worse."""

    @field_validator("timezone")
    @classmethod
    def _exists(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"no time zone {name!r}; write one like Europe/Copenhagen") from error
        return name

    def local(self, time: datetime) -> datetime:
        """A time by the course's clock, with its zone."""
        zone = ZoneInfo(self.timezone)
        return time.replace(tzinfo=zone) if time.tzinfo is None else time.astimezone(zone)


def lateness(
    submitted: datetime, policy: LatePolicy, max_points: float, extension: timedelta | datetime | None = None
) -> Late:
    """Seconds after the time due, and the penalty in points.

    `extension` is more time for this student, or another time due. Times without a zone are by the course's clock.
    """
    due = policy.local(policy.due)
    if isinstance(extension, datetime):
        due = policy.local(extension)
    elif extension is not None:
        due += extension
    # As instants: on the night when the clocks change, an hour is an hour.
    late = timedelta(seconds=policy.local(submitted).timestamp() - due.timestamp())
    if late <= timedelta(minutes=policy.grace_minutes):
        return Late()
    share = min(policy.max_penalty, policy.penalty_per_day * math.ceil(late / _DAY))
    return Late(seconds=math.ceil(late.total_seconds()), penalty=round(share * max_points, 2))
