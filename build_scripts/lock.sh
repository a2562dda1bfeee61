#!/bin/sh
# Makes build_scripts/requirements.txt anew from pyproject.toml: exact versions and hashes, no addresses. Needs uv.
set -eu
cd "$(dirname "$0")/.."
exec uv pip compile pyproject.toml --extra dev --extra media --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
    --no-emit-index-url --no-emit-find-links -o build_scripts/requirements.txt "$@"
