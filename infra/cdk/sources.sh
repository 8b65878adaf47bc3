#!/usr/bin/env bash
# Prints the content hash of every file that the templates come from, sorted by name:
#
#   <sha256 in hex>  <file, relative to infra/cdk>
#
# testdata/SecuredPets.sources.sha256 holds what this printed when the golden templates were made; with
# --check nothing is printed and the exit code says whether they still come from these sources. By content
# and not by time: a fresh clone has new times. Tests are no sources; go.mod is, because another CDK may
# write another template, and so are the page's headers.
set -euo pipefail
cd "$(dirname "$0")"
export LC_ALL=C

list() {
  local names
  names=$(find . -maxdepth 2 \( -path './*.go' -o -path './policies/*.rego' -o -name cdk.json -o -name go.mod -o -name go.sum \) \
    ! -path './node_modules/*' ! -path './cdk.out/*' ! -name '*_test.go' | sed 's|^\./||' | sort)
  names+=" ../../web/headers.json"
  # shellcheck disable=SC2086 # no name here holds a space
  if command -v sha256sum >/dev/null; then sha256sum $names; else shasum -a 256 $names; fi
}

case "${1-}" in
  --check) list | cmp -s - testdata/SecuredPets.sources.sha256 ;;
  *) list ;;
esac
