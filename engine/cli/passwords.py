"""Passwords on the command line: asked for without being shown, or read from a program."""

from __future__ import annotations

import sys
from typing import Annotated, TypeAlias

import typer

from engine.cli.exits import UsageError

PasswordStdin: TypeAlias = Annotated[
    bool,
    typer.Option("--password-stdin", help="Read the password, a line, from standard input."),
]


def the_password(prompt: str, *, from_stdin: bool) -> str:
    """A password that exists already."""
    return _line() if from_stdin else _asked(prompt)


def new_password(name: str, *, from_stdin: bool) -> str:
    """A password to be; who types it does so twice."""
    if from_stdin:
        return _line()
    password = _asked(f"New password for {name}: ")
    if _asked("The same again: ") != password:
        message = "the two passwords differ; nothing was changed"
        raise UsageError(message)
    return password


def _asked(prompt: str) -> str:
    from getpass import getpass

    if sys.stdin is None or not sys.stdin.isatty():
        message = "there is no terminal to ask for a password at; --password-stdin reads it"
        raise UsageError(message)
    sys.stdout.flush()
    try:
        return getpass(prompt, stream=sys.stderr)
    except EOFError:
        message = "no password was given"
        raise UsageError(message) from None


def _line() -> str:
    if sys.stdin is None or sys.stdin.closed or sys.stdin.isatty():
        message = "--password-stdin reads from a file or another program, not from a terminal"
        raise UsageError(message)
    try:
        line = sys.stdin.buffer.readline().decode()
    except UnicodeDecodeError:
        message = "the password on standard input is not UTF-8"
        raise UsageError(message) from None
    if not line:
        message = "there is no password on standard input"
        raise UsageError(message)
    return line.rstrip("\r\n")
