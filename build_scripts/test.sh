#!/bin/sh
# All checks, in the order in which they fail fastest. Arguments go to pytest: sh build_scripts/test.sh tests/kiosk -k journal
set -eu
cd "$(dirname "$0")/.."
. build_scripts/setup.sh
kiosk_test_server

step() { printf '\n== %s\n' "$1"; }

if [ "$#" -eq 0 ]; then
    step "formatter"
    "$VENV/bin/ruff" format --check --quiet . || { echo "Run: .venv/bin/ruff format ."; exit 1; }
    step "linter"
    "$VENV/bin/ruff" check --quiet .
    step "types"
    "$VENV/bin/mypy" --no-error-summary
    "$VENV/bin/mypy" --no-error-summary --platform win32 --cache-dir .mypy_cache/windows --follow-imports silent $(cat build_scripts/windows_types.txt)
    step "import contracts"
    "$VENV/bin/lint-imports" --no-logo 2>/dev/null || "$VENV/bin/lint-imports"
    step "tests"
    exec "$VENV/bin/python" -m pytest -q -n 2 --dist worksteal
fi
exec "$VENV/bin/python" -m pytest "$@"
