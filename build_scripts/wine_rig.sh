#!/bin/sh
# Windows' own Python 3.11, with Qt, under wine: a rig for the tests with the marker "wine", no part of the product.
# Usage: sh build_scripts/wine_rig.sh   (from the project's root; half a minute; does nothing where the rig stands already)
# Needs wine64, a mingw compiler for x86_64, unzip, and a Python 3.11 whose library is borrowed. Exit code 3: it cannot be had here, and why.
set -eu

ROOT=$(pwd); VENV=.venv; RIG=$ROOT/$VENV/wine-rig
CC=x86_64-w64-mingw32-gcc; DUMP=x86_64-w64-mingw32-objdump
PATH=$PATH:/usr/lib/wine; export PATH

rig_cannot() { printf 'The wine rig cannot be built: %s\n' "$*" >&2; exit 3; }

want=$(cat build_scripts/wine_rig.sh build_scripts/wine_rig.txt | sha256sum | cut -d' ' -f1)
[ "$(cat "$RIG/built" 2>/dev/null || true)" = "$want" ] && exit 0
for tool in wine64 "$CC" "$DUMP" unzip; do command -v "$tool" >/dev/null 2>&1 || rig_cannot "$tool was not found (Debian: wine64 gcc-mingw-w64-x86-64-win32 mingw-w64-x86-64-dev unzip)"; done
"$VENV/bin/python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || rig_cannot "the library of Python 3.11 is needed, and $VENV has another one"
STD=$("$VENV/bin/python" -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')

rm -rf "$RIG"; mkdir -p "$RIG/wheels" "$RIG/build" "$RIG/python/DLLs"
"$VENV/bin/python" -m pip download -qq --disable-pip-version-check --no-deps --require-hashes --only-binary :all: --platform win_amd64 --python-version 3.11 --implementation cp --abi cp311 --abi abi3 -d "$RIG/wheels" -r build_scripts/wine_rig.txt >"$RIG/build/pip.log" 2>&1 || rig_cannot "the wheels could not be fetched, or are not those of wine_rig.txt: $(grep -v WARNING "$RIG/build/pip.log" | tail -1)"

cd "$RIG"
unzip -qoj wheels/panda3d-*.whl 'deploy_libs/*' -d python/DLLs
mv python/DLLs/python311.dll python/DLLs/VCRUNTIME140.dll python/
rm -f python/DLLs/api-ms*
mkdir python/Lib
(cd "$STD" && tar cf - --exclude=./site-packages --exclude=./dist-packages --exclude=./test --exclude='./config-3.11*' --exclude=./lib-dynload --exclude=__pycache__ --exclude=./idlelib --exclude=./tkinter .) | tar xf - -C python/Lib
SITE=python/Lib/site-packages; mkdir "$SITE"
unzip -qo wheels/shiboken6-*.whl -d "$SITE"
unzip -qo wheels/pyside6_essentials-*.whl 'PySide6/*.py' 'PySide6/Qt[CGWST]*.pyd' 'PySide6/Qt6Core.dll' 'PySide6/Qt6Gui.dll' 'PySide6/Qt6Widgets.dll' 'PySide6/Qt6Svg.dll' 'PySide6/Qt6Test.dll' 'PySide6/pyside6*.dll' 'PySide6/*140*.dll' 'PySide6/plugins/platforms/*' 'PySide6/plugins/styles/*' -d "$SITE"
cp "$SITE"/PySide6/vcruntime140_1.dll "$SITE"/PySide6/msvcp140*.dll python/ 2>/dev/null || true
rm -rf wheels

ENTRY='int __stdcall DllMainCRTStartup(void*a,unsigned b,void*c){return 1;}'
cat > build/start.c <<'C'
#include <windows.h>
typedef int (*Main)(int, wchar_t **);
int wmain(int count, wchar_t **words) {
    HMODULE python = LoadLibraryW(L"python311.dll");
    return python ? ((Main)GetProcAddress(python, "Py_Main"))(count, words) : 90;
}
C
"$CC" -municode -O2 -o python/python.exe build/start.c
printf '%s\n' "$ENTRY" > build/entry.c
# The stable interface of Python: every name handed on to python311.dll.
{ echo 'LIBRARY python3.dll'; echo EXPORTS; "$DUMP" -p python/python311.dll | awk '/\[Ordinal\/Name Pointer\]/{f=1;next} f&&/\[ *[0-9]+\]/{print $NF}' | sort -u | sed 's/.*/&=python311.&/'; } > build/python3.def
"$CC" -shared -nostdlib -o python/python3.dll build/entry.c build/python3.def -Wl,-e,DllMainCRTStartup
# Libraries of Windows 10 that wine does not have, or has without functions that Qt is linked with: they answer nothing.
rig_names() { "$DUMP" -p "$1" | awk -v d="$2" '$0~"DLL Name: "d{f=1;next} /DLL Name/{f=0} f&&NF>=3{print $NF}' | grep -E "$3" | sort -u || true; }
{ for name in $(rig_names "$SITE/PySide6/Qt6Core.dll" icuuc '^(u|ucnv|UCNV)'); do echo "__declspec(dllexport) void* $name(void*a,void*b,void*c,void*d,int*e){return 0;}"; done; echo "$ENTRY"; } > build/icuuc.c
"$CC" -shared -nostdlib -o python/icuuc.dll build/icuuc.c -Wl,-e,DllMainCRTStartup
{ for name in $(rig_names "$SITE/PySide6/plugins/platforms/qwindows.dll" mscms '^[A-Z][a-z]+[A-Z]'); do echo "__declspec(dllexport) int $name(void){return 0;}"; done; echo "$ENTRY"; } > build/mscms.c
"$CC" -shared -nostdlib -o python/mscms.dll build/mscms.c -Wl,-e,DllMainCRTStartup
cp python/mscms.dll "$SITE/PySide6/"

# Without DISPLAY wine makes its folders without asking anything; Mono and Gecko are not wanted.
export WINEPREFIX="$RIG/prefix" WINEARCH=win64 WINEDEBUG=-all WINEDLLOVERRIDES='mscoree,mshtml=' DISPLAY=
wine64 wineboot -i >build/wineboot.log 2>&1 </dev/null || rig_cannot "wine could not make its folders, see $RIG/build/wineboot.log"
wine64 winecfg -v win10 >>build/wineboot.log 2>&1 </dev/null || true
wineserver64 -w 2>/dev/null || wineserver -w 2>/dev/null || true
printf '%s\n' "$want" > built
