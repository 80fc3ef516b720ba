"""What Windows lacks: there nothing of it is used, and the parent's clock is the only limit."""

from __future__ import annotations

try:
    import fcntl
    import resource
except ImportError:
    AVAILABLE = False
else:
    AVAILABLE = True

__all__ = ["AVAILABLE", "fcntl", "resource"]
