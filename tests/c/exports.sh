#!/bin/sh
# Holds the shared library to the header: exported are the functions that it declares and nothing else, and the suites call each of them.
# exports.sh LIBRARY HEADER SUITE...
set -eu
library=$1 header=$2
shift 2
exported=$(nm -D --defined-only "$library" | sed 's/.* //' | sort)
declared=$(sed -n 's/^[a-z].*[ *]\(qe_[a-z0-9_]*\)(.*;$/\1/p' "$header" | sort)
if [ "$exported" != "$declared" ]; then
  echo "exported and declared functions differ:"
  { echo "$exported"; echo "$declared"; } | sort | uniq -u
  exit 1
fi
for name in $declared; do
  grep -qE "$name|(ASKS|TELLS)\(${name#qe_shard_}\)" "$@" || { echo "no suite calls $name"; exit 1; }
done
echo "exports: $(echo "$declared" | wc -l) functions, those of the header"
