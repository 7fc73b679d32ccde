"""The commands that open a screen: `nowserving kiosk` and `nowserving display`."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

_SERVER = "http://127.0.0.1:8000"

Server = Annotated[str, typer.Option(help=f"Address of the server. [default: {_SERVER}]", show_default=False)]
Token = Annotated[
    str,
    typer.Option(
        envvar="NOWSERVING_DEVICE_TOKEN", help="Credential of a paired device, nsd_…; it needs no code."
    ),
]
Data = Annotated[
    Path | None,
    typer.Option("--data", help="Data folder of a server on this machine: pairs by itself, without a code."),
]
Branch = Annotated[str, typer.Option(help="With --data: the branch, by name or id, where there are several.")]
Name = Annotated[str, typer.Option(help="With --data: what the device is called in Admin.")]
Profile = Annotated[
    Path | None, typer.Option(help="Folder of the browser's profile; by default in your state folder.")
]
Chromium = Annotated[
    str | None, typer.Option("--browser", help="Chromium to use; by default the first found.")
]
More = Annotated[
    list[str] | None, typer.Option("--browser-arg", help="One more argument for Chromium; may be repeated.")
]
PrintCommand = Annotated[bool, typer.Option("--print-command", help="Print what would be run, and end.")]


def _showing(kind: str) -> Callable[..., None]:
    """Return the command that shows one kind of screen; its help is its docstring."""

    def show(
        *,
        server: Server = "",
        token: Token = "",
        data: Data = None,
        branch: Branch = "",
        name: Name = "",
        profile: Profile = None,
        browser: Chromium = None,
        more: More = None,
        print_command: PrintCommand = False,
    ) -> None:
        from nowserving.commands import screens

        one = screens.screen(kind, server or _address(data), profile, browser, more or [])
        if print_command:
            screens.show_command(one)
            return
        called = name or _name(kind)
        screens.run_screen(
            one, lambda paired: token or screens.pair_here(data, one, branch, called, paired=paired)
        )

    show.__name__ = kind
    show.__doc__ = (
        f"Show the {kind} full-screen on this machine. Unpaired, it shows the code to type in Admin, Devices."
    )
    return show


kiosk, display = _showing("kiosk"), _showing("display")


def _name(kind: str) -> str:
    return f"{kind.capitalize()} {socket.gethostname()}"


def _address(data: Path | None) -> str:
    """Return where the server of a data folder listens; the demo says it in its document."""
    from nowserving.settings import load

    if data is None:
        return _SERVER
    demo = data / "demo.json"
    if demo.exists():
        return str(json.loads(demo.read_text(encoding="utf-8"))["base_url"])
    settings = load(data_dir=str(data))
    return settings.base_url or f"http://127.0.0.1:{settings.port}"
