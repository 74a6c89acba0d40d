#!/bin/sh
# Compiles main.c and main.cpp as pkg-config says and runs them: pkg_config.sh shared|static DIRECTORY.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
rm -rf "$2" && mkdir -p "$2" && cd "$2"
if [ "$1" = static ]; then
  # The archive alone: -l would take the shared library beside it.
  libs="$(pkg-config --variable=libdir qdrant_edge)/libqdrant_edge.a $(pkg-config --static --libs-only-other --libs-only-l qdrant_edge | sed 's/-lqdrant_edge//')"
else
  libs=$(pkg-config --libs qdrant_edge)
fi
# shellcheck disable=SC2046,SC2086
${CC:-cc} $(pkg-config --cflags qdrant_edge) "$here/main.c" -o program_c $libs
# shellcheck disable=SC2046,SC2086
${CXX:-c++} -std=c++17 $(pkg-config --cflags qdrant_edge) "$here/main.cpp" -o program_cpp $libs
./program_c "$2/shard_c"
./program_cpp "$2/shard_cpp"
pkg-config --atleast-version=0.1 qdrant_edge
