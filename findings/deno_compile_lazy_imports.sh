#!/usr/bin/env bash
# Deno 2.9.6: deno compile omits what import() names when imports are lazy.
#
# Guess: "unstable": ["lazy-dynamic-imports"] in deno.json only changes when deno run
# loads a module. deno compile embeds what a literal import("./x.ts") names in any case,
# because an executable has no other place to load it from, or it reports what it omits.
# Seen: with the setting the executable contains the entry module only, exit code 0 and
# no warning. Without the setting, or with --include, the module is embedded.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
npm install --loglevel=error --no-fund --no-audit deno@2.9.6 >/dev/null
deno=$(realpath node_modules/.bin/deno)
# The base of the executable, which would be downloaded: it is not run here.
export DENORT_BIN=$deno NO_COLOR=1

mkdir app
echo 'export const answer = 42;' >app/answer.ts
echo 'const { answer } = await import("./answer.ts"); console.log(answer);' >app/main.ts
# Whether the list of embedded files, which the compiler prints, has the module.
compiled() { # NAME SETTINGS OPTIONS...
  local name=$1 printed
  echo "$2" >app/deno.json
  shift 2
  if ! printed=$("$deno" compile "$@" --config app/deno.json --output out app/main.ts 2>&1) ||
    ! grep -q 'main.ts' <<<"$printed" || grep -qi 'warn' <<<"$printed"; then
    echo "$name: $printed"
  elif grep -q 'answer.ts' <<<"$printed"; then
    echo "$name: embedded"
  else
    echo "$name: omitted, exit 0"
  fi
}
seen="$(compiled "as it is" '{}')
$(compiled "lazy-dynamic-imports" '{ "unstable": ["lazy-dynamic-imports"] }')
$(compiled "lazy-dynamic-imports and --include" '{ "unstable": ["lazy-dynamic-imports"] }' --include app/answer.ts)"
echo "Deno 2.9.6, the imported module"
echo "$seen"
[ "$seen" = "as it is: embedded
lazy-dynamic-imports: omitted, exit 0
lazy-dynamic-imports and --include: embedded" ]
