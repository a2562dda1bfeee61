#!/bin/sh
# Everything that is measured, in one table: docs/benchmarks.md. A look: sh build_scripts/bench.sh --quick. One part: --only journal_commit
set -eu
cd "$(dirname "$0")/.."
. build_scripts/setup.sh

# `age` encrypts files and is what our sealing is held against. Without it those rows say so; all others are measured all the same.
if ! command -v age >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        { apt-get install -y -qq --no-install-recommends age || { apt-get update -qq && apt-get install -y -qq --no-install-recommends age; }; } >/dev/null 2>&1 || kiosk_say "apt could not install age."
    else
        kiosk_say "age is not installed (apt-get install age)."
    fi
fi
# As people run it: byte code is kept, and output is written when a line is full.
unset PYTHONDONTWRITEBYTECODE PYTHONUNBUFFERED
exec "$VENV/bin/python" -m tests.benchmarks "$@"
