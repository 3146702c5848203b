#!/usr/bin/env bash
# Deno 2.9.6: deno compile leaves out what import() names when imports are lazy.
#
# Guess: "unstable": ["lazy-dynamic-imports"] of deno.json is about when deno run loads a
# module. deno compile takes in what a literal import("./x.ts") names all the same, since
# an executable has no other place to load it from, or says that it does not.
# Seen: with the setting the executable has the entry module alone, without a word; each
# import() would fail in it. Without the setting, or with --include, the module is in.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
npm install --silent --no-fund --no-audit deno@2.9.6 >/dev/null
deno=$(realpath node_modules/.bin/deno)
# The base of the executable, which would be downloaded: it is not run here.
export DENORT_BIN=$deno NO_COLOR=1

mkdir app
echo 'export const answer = 42;' >app/answer.ts
echo 'const { answer } = await import("./answer.ts"); console.log(answer);' >app/main.ts
# Whether the list of embedded files that the compiler prints has the module.
compiled() {
  local name=$1 settings=$2
  shift 2
  echo "$settings" >app/deno.json
  local printed
  printed=$("$deno" compile "$@" --config app/deno.json --output out app/main.ts 2>&1)
  if grep -q 'main.ts' <<<"$printed" && grep -q 'answer.ts' <<<"$printed"; then
    echo "$name: in"
  else
    echo "$name: left out, exit 0"
  fi
}
seen="$(compiled "as it is" '{}')
$(compiled "lazy-dynamic-imports" '{ "unstable": ["lazy-dynamic-imports"] }')
$(compiled "lazy-dynamic-imports and --include" '{ "unstable": ["lazy-dynamic-imports"] }' --include app/answer.ts)"
echo "Deno 2.9.6, the imported module"
echo "$seen"
[ "$seen" = "as it is: in
lazy-dynamic-imports: left out, exit 0
lazy-dynamic-imports and --include: in" ]
