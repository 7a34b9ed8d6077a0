"""`dun user`: the people of a store."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, TypeAlias, cast

import typer

from engine.cli.console import output
from engine.cli.exits import ExitCode
from engine.cli.options import Color, Format, one_of
from engine.cli.passwords import PasswordStdin, new_password, the_password
from engine.cli.store import DatabaseOption, acting, done, now, open_store_for, refuse
from engine.cli.words import counted, example

if TYPE_CHECKING:
    from engine.services.actors import Role
    from engine.services.users import User

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="The people who may use a store, and what they may do.",
    epilog=example("dun user add berta --role clerk"),
)

Name: TypeAlias = Annotated[str, typer.Argument(metavar="NAME", help="The name of the user.")]


def a_role(text: str) -> Role:
    """The role in an option."""
    from engine.services.actors import ROLES

    return cast("Role", one_of("the role", text, ROLES))


@app.command(epilog=example("dun user add berta --role clerk"))
def add(
    name: Name,
    role: Annotated[
        str,
        typer.Option(
            "--role",
            metavar="viewer|clerk|manager|approver|admin",
            help="What they may do.",
        ),
    ],
    database: DatabaseOption = None,
    password_stdin: PasswordStdin = False,
    color: Color = "auto",
) -> int:
    """Add a user with a first password, which they change themselves."""
    from engine.services.actors import not_allowed
    from engine.services.users import add_user

    out = output(color)
    wanted = a_role(role)
    store = open_store_for(database)
    actor = acting(store)
    refuse(not_allowed(actor, "administer", "add a user"))
    password = new_password(name, from_stdin=password_stdin)
    user = done(add_user(store, actor, name, wanted, password, now()))
    out.say(f"{user.name} may use {store.name} as {user.role}")
    return ExitCode.DONE


@app.command("list", epilog=example("dun user list --format json"))
def list_(database: DatabaseOption = None, form: Format = "text", color: Color = "auto") -> int:
    """List the users with their roles."""
    from engine.services.users import users

    out = output(color)
    one_of("--format", form, ("text", "json"))
    store = open_store_for(database)
    found = done(users(store, acting(store)))
    if form == "json":
        for user in found:
            out.result(json.dumps(_plain(user), ensure_ascii=False) + "\n")
        return ExitCode.DONE
    from engine.cli.tables import show, table

    with out.page() as console:
        made = table(
            ("user", "left"),
            ("role", "left"),
            ("duties", "text"),
            ("added by", "left"),
            ("", "left"),
        )
        for user in found:
            disabled = user.disabled_at
            state = "" if disabled is None else f"disabled on {disabled:%Y-%m-%d}"
            made.add_row(user.name, user.role, ", ".join(user.duties), user.created_by, state)
        show(console, made)
    out.say(f"{counted(len(found), 'user')} in {store.name}")
    return ExitCode.DONE


def _plain(user: User) -> dict[str, object]:
    disabled = user.disabled_at
    return {
        "name": user.name,
        "role": user.role,
        "duties": list(user.duties),
        "created_at": user.created_at.isoformat(),
        "created_by": user.created_by,
        "disabled_at": None if disabled is None else disabled.isoformat(),
    }


@app.command(epilog=example("dun user disable berta"))
def disable(name: Name, database: DatabaseOption = None, color: Color = "auto") -> int:
    """Keep a user out, from now on. What they did stays theirs."""
    from engine.services.programs import keys
    from engine.services.users import disable_user

    out = output(color)
    store = open_store_for(database)
    actor = acting(store)
    user = done(disable_user(store, actor, name, now()))
    out.say(f"{user.name} is kept out of {store.name}; 'dun user enable {user.name}' undoes it")
    for key in done(keys(store, actor)):
        if key.created_by == user.name and key.holds(now()):
            out.say(
                f"a key that {user.name} made still holds: {key.name} (dun_{key.prefix});"
                f" 'dun key revoke {key.prefix}' ends it"
            )
    return ExitCode.DONE


@app.command(epilog=example("dun user enable berta"))
def enable(name: Name, database: DatabaseOption = None, color: Color = "auto") -> int:
    """Let a user in again who was disabled."""
    from engine.services.users import enable_user

    out = output(color)
    store = open_store_for(database)
    user = done(enable_user(store, acting(store), name, now()))
    out.say(f"{user.name} may use {store.name} again as {user.role}")
    return ExitCode.DONE


@app.command(epilog=example("dun user role berta manager"))
def role(
    name: Name,
    role: Annotated[
        str,
        typer.Argument(metavar="ROLE", help="viewer, clerk, manager, approver or admin."),
    ],
    database: DatabaseOption = None,
    color: Color = "auto",
) -> int:
    """Give a user another role, from now on."""
    from engine.services.users import change_role

    out = output(color)
    wanted = a_role(role)
    store = open_store_for(database)
    user = done(change_role(store, acting(store), name, wanted, now()))
    out.say(f"{user.name} may use {store.name} as {user.role}")
    return ExitCode.DONE


@app.command(epilog=example("dun user duty berta credit_manager"))
def duty(
    name: Name,
    duty: Annotated[
        str,
        typer.Argument(metavar="DUTY", help="As policies name it after 'needs approval by'."),
    ],
    end: Annotated[bool, typer.Option("--end", help="Take the duty away.")] = False,
    database: DatabaseOption = None,
    color: Color = "auto",
) -> int:
    """Let a user approve what policies want approved by a role, or no longer."""
    from engine.services.users import end_duty, give_duty

    out = output(color)
    store = open_store_for(database)
    change = end_duty if end else give_duty
    user = done(change(store, acting(store), name, duty, now()))
    if end:
        out.say(f"{user.name} no longer has the duty {duty} in {store.name}")
    else:
        out.say(f"{user.name} may approve as {duty} in {store.name}")
    return ExitCode.DONE


@app.command(epilog=example("dun user password berta"))
def password(
    name: Name,
    database: DatabaseOption = None,
    password_stdin: PasswordStdin = False,
    color: Color = "auto",
) -> int:
    """Change a password: your own, or as an admin that of anybody.

    Your own takes the current one first; --password-stdin then reads two lines.
    All sessions of the user end.
    """
    from engine.services.actors import not_allowed
    from engine.services.users import change_password

    out = output(color)
    store = open_store_for(database)
    actor = acting(store)
    current = None
    if name == actor.name:
        current = the_password("Current password: ", from_stdin=password_stdin)
    else:
        refuse(not_allowed(actor, "administer", "set the password of another user"))
    new = new_password(name, from_stdin=password_stdin)
    user = done(change_password(store, actor, name, new, now(), current=current))
    out.say(f"{user.name} has a new password; 'dun login {user.name}' takes it")
    return ExitCode.DONE
