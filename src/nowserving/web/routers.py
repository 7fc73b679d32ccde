"""Finding the routers of a folder: every module in it, or below, with a `router`, ordered by name."""

from __future__ import annotations

from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType

from fastapi import APIRouter


def routers_in(package: ModuleType) -> list[APIRouter]:
    """Return the `router` of each module of a package. A new module is served without being listed."""
    found = walk_packages(package.__path__, f"{package.__name__}.")
    modules = [import_module(name) for name in sorted(module.name for module in found)]
    return [module.router for module in modules if hasattr(module, "router")]
