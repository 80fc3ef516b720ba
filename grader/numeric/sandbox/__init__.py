"""Runs students' code in processes of its own: started behind a wall, asked over a socket, ended for certain."""

from grader.numeric.sandbox.child import Child, DiedError
from grader.numeric.sandbox.environment import StudentEnvironment
from grader.numeric.sandbox.launch import Limits, Runtime, SandboxError, Versions

__all__ = ["Child", "DiedError", "Limits", "Runtime", "SandboxError", "StudentEnvironment", "Versions"]
