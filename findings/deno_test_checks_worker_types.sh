#!/usr/bin/env bash
# Deno 2.9.6: deno test checks the types of a worker's modules while the test runs.
#
# Guess: deno test checks all types before the first test, as deno check does, and what a
# worker loads then is not checked, as with deno run. Starting a worker takes as long in a
# test as it does in the program.
# Seen: new Worker() in a test checks the types of all that the worker loads, and the
# worker starts when that is done. So a worker with a type error (TS2322) fails in the
# middle of its test, when deno check of the same test and deno run of the same worker
# succeed. With --no-check the test passes.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
npm install --loglevel=error --no-fund --no-audit deno@2.9.6 >/dev/null
deno=$(realpath node_modules/.bin/deno)
# A cache of its own: a check that was made before is not made again.
export DENO_DIR=$tmp/cache NO_COLOR=1 DENO_NO_UPDATE_CHECK=1

mkdir app
cd app
echo '{}' >deno.json
echo 'export function reply(what: unknown) { postMessage(what); }' >reply.ts
echo 'import { reply } from "./reply.ts"; const wrong: number = "text"; reply(wrong);' >wrong.ts
# Starts a worker and waits for what it says.
cat >start.ts <<'END'
export async function start(url: URL): Promise<unknown> {
  const worker = new Worker(url, { type: "module" });
  const said = await new Promise((resolve) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => {
      event.preventDefault();
      resolve("failed");
    };
  });
  worker.terminate();
  return said;
}
END
cat >wrong_test.ts <<'END'
import { start } from "./start.ts";
Deno.test("worker", async () => {
  const said = await start(new URL("wrong.ts", import.meta.url));
  if (said !== "text") throw new Error(`It said ${said}`);
});
END
cat >run.ts <<'END'
import { start } from "./start.ts";
if (await start(new URL("wrong.ts", import.meta.url)) !== "text") Deno.exit(1);
END
# How a command ended, and whether it told of a type error, and of a test before that.
ended() { # NAME COMMAND...
  local name=$1 code=0 told
  shift
  "$deno" "$@" >out 2>&1 || code=$?
  told=$(grep -Eo 'running 1 test|TS2322' out | head -2 | paste -sd, || true)
  echo "$name: exit $code${told:+, $told}"
}
seen="$(ended check check wrong_test.ts)
$(ended run run --allow-read run.ts)
$(ended test test --allow-read wrong_test.ts)
$(ended "test --no-check" test --no-check --allow-read wrong_test.ts)"
echo "Deno 2.9.6"
echo "$seen"
[ "$seen" = "check: exit 0
run: exit 0
test: exit 1, running 1 test,TS2322
test --no-check: exit 0, running 1 test" ]
