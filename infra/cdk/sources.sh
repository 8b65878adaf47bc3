#!/usr/bin/env bash
# Prints the content hash of every source of the templates, sorted by name:
#
#   <sha256 in hex>  <file, relative to infra/cdk>
#
# testdata/SecuredPets.sources.sha256 is its output for the golden templates. With --check,
# it prints nothing, and the exit code says whether the sources are still the same. It
# compares contents, because the files of a fresh clone have new times.
#
# Sources are: this app without its tests, go.mod and go.sum (another CDK may write another
# template), functions/contract without its tests, and the page's headers.
set -euo pipefail
cd "$(dirname "$0")"
export LC_ALL=C

list() {
  local names
  names=$(find . -maxdepth 2 \( -path './*.go' -o -path './policies/*.rego' -o -name cdk.json -o -name go.mod -o -name go.sum \) \
    ! -path './node_modules/*' ! -path './cdk.out/*' ! -name '*_test.go' | sed 's|^\./||' | sort)
  names+=" $(find ../../functions/contract -maxdepth 1 -name '*.go' ! -name '*_test.go' | sort) ../../web/headers.json"
  # shellcheck disable=SC2086 # no name has a space
  if command -v sha256sum >/dev/null; then sha256sum $names; else shasum -a 256 $names; fi
}

case "${1-}" in
  --check) list | cmp -s - testdata/SecuredPets.sources.sha256 ;;
  *) list ;;
esac
