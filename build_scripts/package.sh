#!/bin/sh
# Builds the seat program into one folder, says what is in it, and tries it: sh build_scripts/package.sh [--out DIR] [--media] [--no-journey]
set -eu
cd "$(dirname "$0")/.."
. build_scripts/setup.sh

OUT=build/seat
JOURNEY=yes
KIOSK_PACKAGE_MEDIA=no
while [ "$#" -gt 0 ]; do
    case "$1" in
    --out) OUT=${2:?"--out needs a folder"}; shift 2 ;;
    --media) KIOSK_PACKAGE_MEDIA=yes; shift ;;
    --no-journey) JOURNEY=no; shift ;;
    -h | --help)
        echo "Usage: sh build_scripts/package.sh [--out DIR] [--media] [--no-journey]"
        echo "Builds the seat program into DIR/kiosk (build/seat/kiosk), with a list of its files, a bill of materials and a table"
        echo "of sizes beside it, and tries it: self-test, the window, walls, and with --media a robot's day, whose exam has sound."
        echo "--media puts in what plays sound and film (about 30 MB more). --no-journey leaves the day out."
        exit 0 ;;
    *) echo "Unknown option: $1. See: sh build_scripts/package.sh --help" >&2; exit 2 ;;
    esac
done
for tool in strip objdump as ld; do
    command -v "$tool" >/dev/null || { echo "“$tool” is missing. On Debian and Ubuntu: apt-get install binutils" >&2; exit 4; }
done

# The same sources give the same files as far as it is in our hands: no time, no chance.
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || echo 1)
PYTHONHASHSEED=0
export SOURCE_DATE_EPOCH PYTHONHASHSEED KIOSK_PACKAGE_MEDIA
[ "$KIOSK_PACKAGE_MEDIA" = yes ] || JOURNEY=no

echo "== building into $OUT (about a minute)"
mkdir -p "$OUT"
"$VENV/bin/python" -m PyInstaller --noconfirm --clean --log-level ERROR --distpath "$OUT" --workpath "$OUT/work" \
    build_scripts/packaging/seat.spec
rm -rf "$OUT/work"

echo "== what is in it"
"$VENV/bin/python" build_scripts/packaging/describe.py "$OUT"

echo "== trying it"
KIOSK_PACKAGED="$OUT/kiosk" KIOSK_PACKAGED_DAY=$JOURNEY "$VENV/bin/python" -m pytest -q -p no:cacheprovider tests/packaging
echo "The seat program is in $OUT/kiosk"
