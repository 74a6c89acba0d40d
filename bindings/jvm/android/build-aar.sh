#!/bin/sh
# Packs an AAR: build-aar.sh OUTPUT.aar [ABI...]. ANDROID_NDK_HOME names an NDK (r27 or newer), CLASSES a directory with the compiled classes
# (build/jvm/classes after `make jvm`). ABIs: arm64-v8a, x86_64, armeabi-v7a; all three unless some are named.
set -eu
api=26
root=$(cd "$(dirname "$0")/../../.." && pwd)
out=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
shift
: "${ANDROID_NDK_HOME:?names the NDK}"
classes=${CLASSES:-$root/build/jvm/classes}
tools=$(echo "$ANDROID_NDK_HOME"/toolchains/llvm/prebuilt/*/bin)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Pages of 16 KB: newer devices refuse libraries that are aligned to less.
pages=-Wl,-z,max-page-size=16384

native() { # ABI GOARCH TRIPLE
  dir=$work/aar/jni/$1
  cc="$tools/$3$api-clang"
  mkdir -p "$dir"
  (cd "$root/capi" && CC="$cc" CGO_ENABLED=1 GOOS=android GOARCH="$2" GOARM=7 "${GO:-go}" build -buildmode=c-shared -trimpath -buildvcs=false \
    -ldflags="-s -w -buildid= -extldflags '$pages -Wl,--version-script=$root/capi/exports.map -Wl,-soname,libqdrant_edge.so'" -o "$dir/libqdrant_edge.so" .)
  rm -f "$dir/libqdrant_edge.h"
  "$cc" -std=c99 -O2 -fPIC -shared -fvisibility=hidden -s $pages -Wl,-soname,libqdrant_edge_jni.so -I"$root/include" \
    "$root/bindings/jvm/src/main/c/qdrant_edge_jni.c" -o "$dir/libqdrant_edge_jni.so" -L"$dir" -lqdrant_edge
  for lib in "$dir"/*.so; do
    aligned "$lib" "$tools/llvm-readelf"
  done
}

# Fails when a loadable segment is aligned to less than 16 KB.
aligned() {
  "$2" -lW "$1" | awk -v lib="$1" '$1 == "LOAD" { n++; if (length($NF) < 6 || $NF ~ /^0x[0-3]...$/) bad = 1 } END { if (!n || bad) { print lib ": segments are not aligned to 16 KB"; exit 1 } }'
}

for abi in ${*:-arm64-v8a x86_64 armeabi-v7a}; do
  case $abi in
    arm64-v8a) native "$abi" arm64 aarch64-linux-android ;;
    x86_64) native "$abi" amd64 x86_64-linux-android ;;
    armeabi-v7a) native "$abi" arm armv7a-linux-androideabi ;;
    *) echo "unknown ABI $abi" >&2; exit 2 ;;
  esac
done
here=$root/bindings/jvm/android
jar --create --file "$work/aar/classes.jar" -C "$classes" .
cp "$here/AndroidManifest.xml" "$here/proguard.txt" "$work/aar/"
: > "$work/aar/R.txt"
rm -f "$out"
jar --create --no-manifest --file "$out" -C "$work/aar" .
echo "$out: ${*:-arm64-v8a x86_64 armeabi-v7a}"
