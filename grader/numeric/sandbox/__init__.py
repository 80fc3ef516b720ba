"""Runs students' code in processes of its own: started behind a wall, asked over a socket, ended for certain."""

from grader.numeric.sandbox.child import Child, DiedError
from grader.numeric.sandbox.launch import Limits, SandboxError, Versions

__all__ = ["Child", "DiedError", "Limits", "SandboxError", "Versions"]
