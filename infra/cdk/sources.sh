#!/bin/sh
# Prints the content hash of every file that the templates come from, sorted by name:
#
#   <sha256 in hex>  <file, relative to infra/cdk>
#
# testdata/SecuredPets.sources.sha256 holds what this printed when the golden templates were made, so
# `infra/cdk/sources.sh | cmp -s - infra/cdk/testdata/SecuredPets.sources.sha256` tells without compiling
# anything whether they are still true. By content and not by time: a fresh clone has new times.
# Tests are no sources; go.mod is, because another CDK may write another template.
set -eu
cd "$(dirname "$0")"
export LC_ALL=C
sum() { if command -v sha256sum >/dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi; }
files=$(ls -- *.go policies/*.rego cdk.json go.mod go.sum 2>/dev/null | grep -v '_test\.go$' | sort)
# shellcheck disable=SC2086 # the names above hold no space
sum $files
