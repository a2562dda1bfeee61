"""``python -m tests.fuzz.guided TARGET LIBFUZZER-ARGUMENTS``: one target under atheris, in a process of its own.

Owns what is instrumented and how inputs are changed. ``run`` starts it and reads what libFuzzer says; nobody else needs to.
Imports nothing of ours by itself: what was imported before the instrumentation would not be seen.
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

import atheris  # type: ignore[import-untyped]  # its stubs are a package of their own

if TYPE_CHECKING:
    from tests.fuzz.target import Target

OURS: Final = ["exam_packages", "signing", "kiosk", "ui.command_line", "tests.fuzz.targets.self_test"]
_AS_JSON: Final = 0.6  # how often an input that is JSON is changed as such
_INPUT_MIB: Final = 32  # by which one input may raise the peak; inputs have some KiB
_FIRST_INPUTS_MIB: Final = 16  # for what is made once, by the first inputs
_AS_TEXT: Final = 0.3  # and one that is not: words of XML change places
_JSON_STARTS: Final = (b"{", b"[")


def main() -> None:
    """Load a target with our packages instrumented, and hand it to libFuzzer. Does not return."""
    name, *arguments = sys.argv[1:]
    # ``enable_loader_override`` would instrument what the libraries import as well.
    with atheris.instrument_imports(include=OURS, enable_loader_override=False):
        targets = import_module("tests.fuzz.targets")
        json_changed = import_module("tests.fuzz.json_mutation").json_changed
        mutated = import_module("tests.fuzz.mutation").mutated
        trusted = _as_it_is if _is_about_signing(targets, name) else import_module("tests.fuzz.own_work").own_work()
        target: Target = targets.load(name)
    folder = Path(tempfile.mkdtemp(prefix="fuzz-seeds-"))
    for number, seed in enumerate(target.seeds()):
        if len(seed) <= target.max_bytes:
            (folder / f"{number:04d}").write_bytes(seed)
    given = [f"-max_len={target.max_bytes}", *_dictionary(target.tokens, folder.with_suffix(".dict")), *arguments]
    atheris.Setup(
        [sys.argv[0], *given, str(folder)],
        _bounded(trusted(target.run)),
        custom_mutator=_mutator(json_changed, mutated),
    )
    atheris.Fuzz()


def _is_about_signing(targets: ModuleType, name: str) -> bool:
    return bool(targets.module_of(name) == f"{targets.__name__}.core")


def _as_it_is(run: Callable[[bytes], None]) -> Callable[[bytes], None]:
    return run


def _bounded(run: Callable[[bytes], None]) -> Callable[[bytes], None]:
    """Blame an input for the memory it takes: libFuzzer looks only once a second, at whatever input it then is."""
    peak = [_peak_mib() + _FIRST_INPUTS_MIB]

    def bounded(data: bytes) -> None:
        run(data)
        now = _peak_mib()
        if now > peak[0] + _INPUT_MIB:
            raise MemoryError(f"{len(data)} bytes of input took {now - peak[0]} MiB")
        peak[0] = max(peak[0], now)

    return bounded


def _peak_mib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _mutator(json_changed: Callable[..., Any], mutated: Callable[..., Any]) -> Callable[[bytes, int, int], bytes]:
    def bytes_changed(data: bytes) -> bytes:
        return bytes(atheris.Mutate(data, len(data) + 64))

    def changed(data: bytes, max_size: int, seed: int) -> bytes:
        chance = random.Random(seed)
        start = 0 if data[:1] in _JSON_STARTS else 1
        if data[start : start + 1] in _JSON_STARTS and chance.random() < _AS_JSON:
            text: bytes | None = json_changed(data[start:], chance, bytes_changed)
            if text is not None and len(text) + start <= max_size:
                return data[:start] + text
        elif chance.random() < _AS_TEXT:
            damaged: bytes = next(mutated([data], seed))
            return damaged[:max_size]
        return bytes(atheris.Mutate(data, max_size))

    return changed


def _dictionary(tokens: Sequence[bytes], path: Path) -> list[str]:
    if not tokens:
        return []
    lines = ("".join(f"\\x{byte:02x}" for byte in token) for token in tokens)
    path.write_text("".join(f'"{line}"\n' for line in lines), encoding="ascii")
    return [f"-dict={path}"]


if __name__ == "__main__":
    main()
