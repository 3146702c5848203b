/**
 * Tries newer versions of the clients than the pinned ones, in a folder of
 * their own, and prints what changed: `deno task clients`.
 */
import { ROOT } from "../support/process.ts";
import { taskOptions } from "../support/task_options.ts";
import { CASES } from "./cases.ts";
import { newestClients, PINNED, pinnedClients, versionsIn } from "./install.ts";

/** What passthru found of each client, as text, by the client. */
type Found = ReadonlyMap<string, string>;

taskOptions({
  task: "clients",
  summary:
    "Tries newer versions of the clients than the pinned ones, and prints what changed.",
});
const folder = await Deno.makeTempDir({ prefix: "passthru-clients-" });
try {
  Deno.exitCode = await tryNewer(folder);
} finally {
  await Deno.remove(folder, { recursive: true });
}

/** Gives the exit code: 1 when a newer client fails. */
async function tryNewer(folder: string): Promise<number> {
  const pinned = await versionsIn(PINNED);
  await newestClients(folder, [...pinned.keys()]);
  const newest = await versionsIn(folder);
  const changed = [...pinned].filter(([name, version]) =>
    newest.get(name) !== version
  );
  if (changed.length === 0) return say("All clients are pinned at the newest");
  for (const [name, version] of changed) {
    say(`${name} ${version} -> ${newest.get(name)}`);
  }
  const names = new Set(changed.map(([name]) => name));
  const filter = CASES.filter((client) => names.has(client.package ?? ""))
    .map(({ name }) => name).join("|");
  const before = await runTests(
    await pinnedClients(),
    filter,
    `${folder}/before`,
  );
  const after = await runTests(folder, filter, `${folder}/after`);
  for (const [name, found] of after.found) {
    const was = before.found.get(name);
    if (found !== was) say(`${name}: ${was ?? "failed"} -> ${found}`);
  }
  for (const name of before.found.keys()) {
    if (!after.found.has(name)) say(`${name}: fails`);
  }
  say(`${after.found.size} of ${filter.split("|").length} are routed`);
  if (after.code !== 0) say(after.text);
  return after.code;
}

/** Runs the tests of some clients of a folder. */
async function runTests(
  clients: string,
  filter: string,
  file: string,
): Promise<{ code: number; text: string; found: Found }> {
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["test", "--lock=tests/deno.lock", "--no-prompt", "--allow-all"],
      `--filter=/^(${filter}) /`,
      "tests/clients/clients.ts",
    ],
    cwd: ROOT,
    env: { CLIENTS_FOLDER: clients, CLIENTS_FOUND: file },
    stdout: "piped",
    stderr: "inherit",
  }).output();
  const lines = (await Deno.readTextFile(file).catch(() => "")).trim();
  const found = lines === "" ? [] : lines.split("\n").map((line) => {
    const { name, ...rest } = JSON.parse(line);
    return [name, JSON.stringify(rest)] as const;
  });
  const text = new TextDecoder().decode(stdout);
  return { code, text, found: new Map(found) };
}

function say(text: string): 0 {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
  return 0;
}
