#!/bin/sh
# One exam day from end to end. Arguments go to `kiosk demo`: sh build_scripts/demo.sh --robot --out /tmp/day
set -eu
start=$PWD
cd "$(dirname "$0")/.."
. build_scripts/setup.sh
kiosk=$PWD/$VENV/bin/kiosk
cd "$start"   # relative paths in the arguments mean what the caller means
exec "$kiosk" demo "$@"
