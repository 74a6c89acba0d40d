#!/bin/sh
# Installs what BUILD holds in a prefix of its own, moves it, and builds projects that know only the new place: installed.sh BUILD WORK.
set -eu
if ! command -v cmake > /dev/null || ! command -v ctest > /dev/null || ! command -v pkg-config > /dev/null; then
  echo "SKIPPED: the installed package is not tested without cmake, ctest and pkg-config"
  exit 0
fi
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
rm -rf "$2" && mkdir -p "$2"
work=$(cd "$2" && pwd)
unset LD_LIBRARY_PATH
DESTDIR="$work/staged" "$here/../../packaging/install.sh" "$build" /opt/qdrant_edge
mv "$work/staged/opt/qdrant_edge" "$work/prefix"
cmake -S "$here/consumer" -B "$work/consumer" -DCMAKE_PREFIX_PATH="$work/prefix" -DCMAKE_BUILD_TYPE=Release > "$work/cmake.log" 2>&1 || { cat "$work/cmake.log"; exit 1; }
cmake --build "$work/consumer" > "$work/cmake.log" 2>&1 || { cat "$work/cmake.log"; exit 1; }
ctest --test-dir "$work/consumer" --output-on-failure
rm -rf "$work"
