#!/bin/sh
# Everything the other scripts need, and nothing twice: system libraries by apt, Python packages from the hash-locked file.
# Usage: . build_scripts/setup.sh   (from the project's root; leaves $VENV set)
set -eu

VENV=.venv
# Qt's X11 plug-in, the sound library that Qt Multimedia is linked with, a screen without a screen, the accessibility bus and its Python bindings, fonts with wide coverage, strace for the power-cut drill, a window manager and a clipboard to be kept away from, a Wayland compositor for one program, an input method that is typed with behind the walls, and what reads the firewall's and the drivers' files of a prepared seat.
SYSTEM_PACKAGES="at-spi2-core cage dbus fonts-dejavu-core fonts-droid-fallback fonts-nanum fonts-noto-core gir1.2-atspi-2.0 ibus ibus-libpinyin iproute2 kmod libdbus-1-3 libegl1 libfontconfig1 libgl1 libglib2.0-0 libpulse0 libwayland-cursor0 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-xinerama0 libxcb-xkb1 libxkbcommon-x11-0 nftables openbox poppler-utils python3-gi python3-venv strace util-linux xauth xclip xdotool xvfb xwayland"

kiosk_say() { printf '%s\n' "$*" >&2; }

kiosk_system_packages() {
    command -v dpkg-query >/dev/null 2>&1 || { kiosk_say "Not a Debian system: please make sure that these are installed: $SYSTEM_PACKAGES"; return 0; }
    # libglib2.0-0 is called libglib2.0-0t64 on newer Ubuntu; "Provides" makes apt resolve it, dpkg-query does not see it.
    missing=""
    for package in $SYSTEM_PACKAGES; do
        dpkg-query -W -f='${Status}\n' "$package" 2>/dev/null | grep -q 'ok installed' && continue
        dpkg-query -W -f='${Status}\n' "${package}t64" 2>/dev/null | grep -q 'ok installed' && continue
        missing="$missing $package"
    done
    [ -z "$missing" ] && return 0
    line="apt-get install -y --no-install-recommends$missing"
    if [ "$(id -u)" = 0 ]; then sudo=""
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then sudo="sudo"
    else kiosk_say "Some system packages are missing. Please run this line, then start again:"; kiosk_say "  sudo $line"; exit 4
    fi
    kiosk_say "Installing system packages:$missing"
    DEBIAN_FRONTEND=noninteractive $sudo apt-get update -qq >&2
    # shellcheck disable=SC2086  # a list of names is meant
    DEBIAN_FRONTEND=noninteractive $sudo $line -qq >/dev/null || { kiosk_say "apt could not install them. The line was: $line"; exit 4; }
}

kiosk_test_server() {
    # nginx for the tests of uploading: unpacked and not installed, because installing it starts a web server on this machine.
    command -v nginx >/dev/null 2>&1 || [ -x /usr/sbin/nginx ] || [ -x "$VENV/nginx/usr/sbin/nginx" ] && return 0
    command -v apt-get >/dev/null 2>&1 || { kiosk_say "nginx was not found: tests with a real server will be skipped."; return 0; }
    mkdir -p "$VENV/nginx"
    kiosk_download() { (cd "$VENV/nginx" && for package in nginx nginx-core nginx-light; do apt-get download -qq "$package" >/dev/null 2>&1 || true; done; ls ./*.deb >/dev/null 2>&1); }
    kiosk_download || { [ "$(id -u)" = 0 ] && apt-get update -qq >&2 && kiosk_download; } || { kiosk_say "nginx could not be had: tests with a real server will be skipped."; return 0; }
    for package in "$VENV"/nginx/*.deb; do dpkg -x "$package" "$VENV/nginx"; rm "$package"; done
}

kiosk_find_python() {
    # The newest interpreter the locked packages were made for.
    for candidate in python3.13 python3.12 python3.11 python3; do
        command -v "$candidate" >/dev/null 2>&1 || continue
        "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null || continue
        "$candidate" -c 'import ensurepip, venv' 2>/dev/null || continue
        printf '%s' "$candidate"; return 0
    done
    kiosk_say "Python 3.11, 3.12 or 3.13 with its venv module is needed and was not found."; exit 4
}

kiosk_python_packages() {
    want=$(cat build_scripts/requirements.txt pyproject.toml build_scripts/setup.sh | sha256sum | cut -d' ' -f1)
    [ "$(cat "$VENV/installed" 2>/dev/null || true)" = "$want" ] && return 0
    python=$(kiosk_find_python)
    [ -x "$VENV/bin/python" ] || "$python" -m venv "$VENV"
    kiosk_say "Installing the Python packages of build_scripts/requirements.txt (about a minute)"
    # Wheels only, so that installing runs nobody's code; but one package is published as source alone. It is Python throughout,
    # and built with what has just been installed.
    mkdir -p "$VENV/locked"
    for part in wheels sources; do
        awk -v part="$part" '/^[^ ]/ { source = /^xcffib==/ } (part == "sources") == source' build_scripts/requirements.txt \
            > "$VENV/locked/$part.txt"
    done
    "$VENV/bin/python" -m pip install -qq --disable-pip-version-check --require-hashes --only-binary :all: -r "$VENV/locked/wheels.txt" >&2
    "$VENV/bin/python" -m pip install -qq --disable-pip-version-check --require-hashes --no-deps --no-build-isolation \
        --no-binary xcffib -r "$VENV/locked/sources.txt" >&2
    "$VENV/bin/python" -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable . >&2
    printf '%s' "$want" > "$VENV/installed"
}

kiosk_system_packages
kiosk_python_packages
