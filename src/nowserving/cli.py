"""The command line: `nowserving COMMAND`. What a command needs is imported when it runs, so help is quick."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from nowserving import __version__
from nowserving.cli_screens import display, kiosk

app = typer.Typer(
    name="nowserving",
    help="Now Serving: one engine for everything that waits.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data", "--data-dir", help="Folder for the database, the secret key and the settings file."
    ),
]
Host = Annotated[str | None, typer.Option(help="Address to listen on; 0.0.0.0 lets other machines in.")]
Port = Annotated[int | None, typer.Option(help="Port to listen on; 0 takes any that is free.")]
DatabaseUrl = Annotated[
    str | None,
    typer.Option("--database-url", help="postgresql://… or sqlite:///…; default: SQLite in --data."),
]


_ANY_SETTING = {"allow_extra_args": True, "ignore_unknown_options": True}


@app.command(context_settings=_ANY_SETTING, epilog="Every setting is a flag too: see `nowserving settings`.")
def serve(
    context: typer.Context,
    data: DataDir = None,
    host: Host = None,
    port: Port = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Run the server. On an empty data folder it prints an address where you set everything up."""
    from nowserving.commands.serving import run_server

    more = _flags(context.args)
    run_server(_settings(**more, data_dir=data, host=host, port=port, database_url=database_url))


@app.command()
def demo(
    data: Annotated[Path, typer.Option("--data", help="Folder for the demo's data.")] = Path("demo-data"),
    host: Host = None,
    port: Port = None,
    still: Annotated[bool, typer.Option("--still", help="Nobody moves by themselves (for scripts).")] = False,
) -> None:
    """Run a living town hall to look at: two branches, people waiting, every screen linked from one page."""
    from nowserving.commands.demo import run_demo

    run_demo(_settings(data_dir=data, host=host, port=port), still=still)


@app.command()
def migrate(data: DataDir = None, database_url: DatabaseUrl = None) -> None:
    """Bring the database to the tables of this version. `serve` does it by itself."""
    from nowserving.commands.database import run_migrate

    run_migrate(_settings(data_dir=data, database_url=database_url))


@app.command()
def check(data: DataDir = None, database_url: DatabaseUrl = None) -> None:
    """Check on live data that no number, place or call was ever given twice; exit 1 if one was."""
    from nowserving.commands.database import run_check

    run_check(_settings(data_dir=data, database_url=database_url))


@app.command()
def backup(
    destination: Annotated[Path, typer.Argument(help="File to write; a folder gets a dated file.")],
    data: DataDir = None,
) -> None:
    """Copy the SQLite database to a file while the server goes on working."""
    from nowserving.commands.database import run_backup

    run_backup(_settings(data_dir=data), destination)


@app.command()
def restore(
    source: Annotated[Path, typer.Argument(help="A file that `nowserving backup` wrote.")],
    data: DataDir = None,
) -> None:
    """Put a backup in the place of the database. The server must be stopped; the old file is kept."""
    from nowserving.commands.database import run_restore

    run_restore(_settings(data_dir=data), source)


@app.command("create-admin")
def create_admin(
    login: Annotated[
        str, typer.Argument(help="What the person types to sign in: an e-mail or a short name.")
    ],
    name: Annotated[str, typer.Option(help="The person's name.")] = "",
    data: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Add an administrator, for when nobody can sign in. Asks for the password, or reads it from a pipe."""
    from nowserving.commands.accounts import run_create_admin

    run_create_admin(_settings(data_dir=data, database_url=database_url), login, name or login)


keys = typer.Typer(help="The keys that seal the clinic's records.", no_args_is_help=True)
app.add_typer(keys, name="keys")


@keys.command("rotate")
def keys_rotate(
    data: DataDir = None,
    database_url: DatabaseUrl = None,
    reseal_only: Annotated[
        bool, typer.Option("--reseal-only", help="Make no new key: the newest there is seals everything.")
    ] = False,
) -> None:
    """Make a new key and seal every record with it. With SQLite the server must be stopped."""
    from nowserving.commands.keys import run_rotate

    run_rotate(_settings(data_dir=data, database_url=database_url), reseal_only=reseal_only)


app.command()(kiosk)
app.command()(display)


@app.command()
def settings(data: DataDir = None) -> None:
    """List every setting: what it means, what it is now, and where that comes from."""
    from nowserving.commands.settings import print_settings

    print_settings(_settings(data_dir=data))


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"nowserving {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Now Serving: one engine for everything that waits."""


def _flags(words: list[str]) -> dict[str, str]:
    """Return `--name value` and `--name=value` pairs as settings; settings.py says which names there are."""
    flags: dict[str, str] = {}
    waiting = list(words)
    while waiting:
        name, equals, value = waiting.pop(0).partition("=")
        if not name.startswith("--") or (not equals and not waiting):
            raise _refusal(f"{name}: this is not a flag with a value. See `nowserving settings`.")
        flags[name.removeprefix("--").replace("-", "_")] = value if equals else waiting.pop(0)
    return flags


def _settings(**flags: Any) -> Any:
    from nowserving.settings import BadSettings, load

    try:
        return load(**{name: str(v) if isinstance(v, Path) else v for name, v in flags.items()})
    except BadSettings as error:
        raise _refusal("\n".join(error.lines)) from None


def _refusal(message: str) -> SystemExit:
    print(message, file=sys.stderr)
    return SystemExit(2)


def main() -> None:
    """Run the command line; a refusal of ours is one plain sentence, never a traceback."""
    from nowserving.errors import AppError

    try:
        app()
    except AppError as error:
        raise _refusal(str(error.message % error.data if error.data else error.message)) from None
    except OSError as error:
        # A folder that can't be made, a disk that is read-only: the operator's to mend, not ours.
        if error.filename is None:
            raise
        raise _refusal(f"{error.filename} can't be used: {error.strerror}.") from None


if __name__ == "__main__":
    main()
