#!/bin/sh
# Builds the C library from any directory: build.sh OUTPUT, a shared library or, if the name ends in .a, an archive. GO, CC, GOOS and GOARCH choose the toolchain and the target.
# TAGS are build tags, slim without it: operations are pushed by REST then. TAGS= links gRPC too, which doubles the size.
# Only the functions of the header stay visible; two builds of the same sources have the same bytes.
set -eu
out=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
cd "$(dirname "$0")"
go=${GO:-go}
mode=c-shared link=
case $out in *.a) mode=c-archive ;; esac
if [ $mode = c-shared ] && [ "$("$go" env GOOS)" = linux ]; then
  link="-Wl,--version-script=$(pwd)/exports.map -Wl,-soname,libqdrant_edge.so.0"
fi
CGO_ENABLED=1 "$go" build -tags="${TAGS-slim}" -buildmode=$mode -trimpath -buildvcs=false -ldflags="-s -w -buildid= -extldflags '$link'" -o "$out" .
rm -f "${out%.*}.h"
