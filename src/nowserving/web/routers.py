"""Finding the routers of a folder: every module in it that has a `router`, in the order of their names."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from fastapi import APIRouter


def routers_in(package: ModuleType) -> list[APIRouter]:
    """Return the `router` of each module of a package. A new module is served without being listed."""
    names = sorted(module.name for module in iter_modules(package.__path__))
    modules = [import_module(f"{package.__name__}.{name}") for name in names]
    return [module.router for module in modules if hasattr(module, "router")]
