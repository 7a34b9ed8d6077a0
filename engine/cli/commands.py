"""The commands of `dun`, each loaded when it is called and not before."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from engine.cli.exits import AT_END, ExitCode

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from typer import Context

OWN = {
    "demo": "Make a small company and play a quarter of its dunning",
    "check": "Find everything that is wrong with policies",
    "fmt": "Lay policies out in the one canonical way",
    "test": "Run the examples that policies carry",
    "explain": "Say what a code means, or why a case is where it is",
    "decide": "Say what is to be done next, for one case or for all",
    "simulate": "Play the dunning runs of a range of days",
    "diff": "Say what changed between two versions of a policy",
    "report": "Show what is owed, and where it stands",
    "init": "Make a store: the place where a company keeps what happened",
    "login": "Log in to a store",
    "whoami": "Say who is acting in a store",
    "user": "Add, list, disable and change the users of a store",
    "key": "Make, list and revoke keys with which programs use a store",
    "audit": "Check the record of what was done in a store, and read it",
    "publish": "Keep versions of policies for good",
    "approve": "Let a published version take effect",
    "policies": "List published versions: what is in force when",
    "status": "Compare the files of policies with the store",
    "import": "Take customers, invoices and events into a store",
    "run": "Propose what is to be done on a day, review it, and perform it",
    "worklist": "List what people have to do, and what waits for them",
    "webhook": "Tell other programs what happens in a store",
    "upgrade": "Bring the store of an earlier version up to date",
    "logout": "End a session in a store",
}
"""Every command of this package, in the order in which a user meets them; each is the module of
its name (with `_command` where a module of that name would mean something else)."""

FACES = {
    "admin": "Work with customers, policies and runs in the terminal",
    "serve": "Answer over HTTP, for programs",
}
"""Commands of the other faces, which are told of without being loaded."""

GROUP = "dunlang.commands"
"""Entry points under this name are commands of other packages."""

EPILOG = """\
Start with 'dun demo', which makes a company to play with.
'dun COMMAND --help' says more about a command."""


class Commands(TyperGroup):
    """A group that knows its commands by name."""

    def list_commands(self, ctx: Context) -> list[str]:  # type: ignore[override]  # Typer types its context privately
        """The names, own ones first."""
        del ctx
        return [*OWN, *sorted(_plugged())]

    def get_command(self, ctx: Context, cmd_name: str) -> Any:  # type: ignore[override] # noqa: ANN401 - Typer's own class has no public name
        """Load a command; None if there is none of the name."""
        if cmd_name in OWN:
            app = import_module(f"engine.cli.{cmd_name}_command").app
        else:
            entry = _plugged().get(cmd_name)
            if entry is None:
                # Typer looks for a similar name among these.
                self.commands = dict.fromkeys(self.list_commands(ctx))  # type: ignore[assignment]  # names only
                return None
            app = entry.load()
        command = get_command(app)
        command.name = cmd_name
        _prepare(command)
        return command

    def format_commands(self, ctx: Context, formatter: Any) -> None:  # type: ignore[override] # noqa: ANN401 - as above
        """The list in `dun --help`, for which no command is loaded."""
        rows = [(name, {**FACES, **OWN}.get(name, "")) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def format_epilog(self, ctx: Context, formatter: Any) -> None:  # type: ignore[override] # noqa: ANN401 - as above
        """The last lines of `dun --help`."""
        del ctx
        formatter.write("\n" + EPILOG + "\n")


app = typer.Typer(
    cls=Commands, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False
)


@app.callback(invoke_without_command=True)
def dun(
    ctx: typer.Context,
    version: bool = typer.Option(False, "--version", help="Print the version and exit."),
) -> None:
    """Dunning as policy-as-code: check, decide, explain and simulate."""
    if version:
        from engine.services.version import program

        typer.echo(program().replace("dunlang", "dun", 1))
        raise typer.Exit
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())
        raise typer.Exit(ExitCode.USAGE)


def invoke(arguments: list[str]) -> int:
    """Run a command; the exit code. Wrong usage is reported here, other errors are raised."""
    group = get_command(app)
    _prepare(group)
    # Typer's own way to end would turn every error into an exit with its own text.
    try:
        with AT_END, group.make_context("dun", arguments) as ctx:
            code = group.invoke(ctx)
    except typer.Exit as end:
        return end.exit_code
    except Exception as error:
        show = getattr(error, "show", None)
        if show is None:
            raise
        show()
        return int(getattr(error, "exit_code", ExitCode.USAGE))
    return code if isinstance(code, int) else ExitCode.DONE


def _plugged() -> dict[str, EntryPoint]:
    """Commands of other packages; reading the list of installed packages takes some time."""
    from importlib.metadata import entry_points

    return {entry.name: entry for entry in entry_points(group=GROUP) if entry.name not in OWN}


class _Text:
    """Takes a value as it was written."""

    def coerce(self, value: object, param: Any, ctx: Any) -> object:  # noqa: ANN401 - Typer's private classes
        """The value; nothing given is an empty list where several can be."""
        del ctx
        several = param.multiple or param.nargs == -1
        return () if value is None and several else value


def _no_type(ctx: object) -> str:
    """What the help says about the type of a text: nothing."""
    del ctx
    return ""


def _prepare(command: Any) -> None:  # noqa: ANN401 - Typer's private classes
    """Let `-h` ask for help too, and keep Typer from what costs time and tells nobody anything.

    That is loading pydantic, a quarter of a second, to find that a text is a text, and adding
    `<str>` to the name of an argument.
    """
    for param in getattr(command, "params", ()):
        described = getattr(param, "type_descriptor", None)
        if getattr(described, "annotation", None) in (str, list[str], bool):
            param._runtime_param = _Text()  # noqa: SLF001 - there is no public way
            if param.param_type_name == "argument":
                param.display_type_rich = _no_type
    help_option = command.get_help_option

    def get_help_option(ctx: object) -> object:
        option = help_option(ctx)
        if option is not None:
            option._runtime_param = _Text()  # noqa: SLF001 - as above
        return option

    command.get_help_option = get_help_option
    command.context_settings["help_option_names"] = ["--help", "-h"]
    for each in getattr(command, "commands", {}).values():
        _prepare(each)
