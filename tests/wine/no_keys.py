"""The rig has no libraries for keys and databases: what loads one gets names, and nothing behind them.

Neither the supervisor nor the line to it uses one; they are loaded because what is described there is also checked or kept there.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

LIBRARIES = {"cryptography", "sqlcipher3"}


class _Anything(type):
    def __getattr__(cls, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return cls


class Nothing(Exception, metaclass=_Anything):  # noqa: N818 - stands for classes of any kind, those of errors too
    """Stands for every name of the libraries, and for what it makes."""


class _Names(ModuleType):
    __path__: list[str]

    def __getattr__(self, name: str) -> type[Exception]:
        if name.startswith("__"):
            raise AttributeError(name)
        return Nothing


class _Finder(MetaPathFinder, Loader):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del path, target
        if fullname.split(".", maxsplit=1)[0] not in LIBRARIES:
            return None
        return ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Names(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        del module


def install(packages: str) -> None:
    """From here on there are such names, and what else is installed for the tests is found, after what the rig has.

    Args:
        packages: the folder where it is installed.
    """
    sys.meta_path.insert(0, _Finder())
    sys.path.append(packages)
