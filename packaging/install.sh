#!/bin/sh
# Installs header, C++ wrapper, both libraries, pkg-config file and CMake package: install.sh BUILD_DIRECTORY PREFIX. DESTDIR is put before
# PREFIX. What is installed may be moved as a whole.
set -eu
build=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."
root="${DESTDIR:-}$2"
version=$(sed -n 's/^version: //p' core/api/spec/version.yaml)
soversion=${version%%.*}
series=${version%.*}

mkdir -p "$root/include/qdrant_edge" "$root/lib/pkgconfig" "$root/lib/cmake/QdrantEdge"
install -m 644 include/qdrant_edge.h bindings/c/include/qdrant_edge.hpp "$root/include"
install -m 644 bindings/c/include/qdrant_edge/*.hpp "$root/include/qdrant_edge"
install -m 755 "$build/libqdrant_edge.so" "$root/lib/libqdrant_edge.so.$version"
ln -sf "libqdrant_edge.so.$version" "$root/lib/libqdrant_edge.so.$soversion"
ln -sf "libqdrant_edge.so.$soversion" "$root/lib/libqdrant_edge.so"
install -m 644 "$build/libqdrant_edge.a" "$root/lib"

# fill INPUT DIRECTORY
fill() {
  sed -e "s/@VERSION@/$version/g; s/@SOVERSION@/$soversion/g; s/@SERIES@/$series/g" "packaging/$1" > "$root/lib/$2/${1%.in}"
}
fill qdrant_edge.pc.in pkgconfig
fill QdrantEdgeConfig.cmake.in cmake/QdrantEdge
fill QdrantEdgeConfigVersion.cmake.in cmake/QdrantEdge
echo "installed qdrant_edge $version in $root"
