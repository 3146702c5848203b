import { assertEquals } from "@std/assert";
import { FileWatch } from "../../../src/cli/run/file_watch.ts";
import { type TempFolder, tempFolder } from "../../support/daemon.ts";
import { until } from "../../support/wait.ts";

const LOOK_MS = 10;

/** Watches files of a folder, and counts how often it was told of a change. */
async function watched(
  folder: TempFolder,
  names: readonly string[],
  files = () => names.map((name) => `${folder.path}/${name}`),
): Promise<{ changes: () => number; stop: () => void }> {
  let changes = 0;
  const watch = new FileWatch({
    files,
    onChange: () => changes++,
    lookMs: LOOK_MS,
  });
  await watch.start();
  return { changes: () => changes, stop: () => watch.stop() };
}

/** Writes a file in the middle of which no look begins. */
function write(path: string, text: string): void {
  Deno.writeTextFileSync(path, text);
}

async function told(
  { changes }: { readonly changes: () => number },
  count: number,
): Promise<void> {
  await until(`${count} changes`, () => changes() >= count ? true : null);
  assertEquals(changes(), count);
}

Deno.test("FileWatch: a file that is written, replaced, removed or made is one change each", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/a`;
  await Deno.writeTextFile(path, "1");
  const watch = await watched(folder, ["a", "b"]);
  try {
    write(path, "12");
    await told(watch, 1);
    // As editors do it.
    await Deno.writeTextFile(`${path}~`, "34");
    await Deno.rename(`${path}~`, path);
    await told(watch, 2);
    await Deno.remove(path);
    await told(watch, 3);
    write(`${folder.path}/b`, "5");
    await told(watch, 4);
  } finally {
    watch.stop();
  }
});

Deno.test("FileWatch: a link that is turned is a change, as those of Kubernetes are", async () => {
  await using folder = await tempFolder();
  for (const name of ["one", "two"]) {
    await Deno.mkdir(`${folder.path}/${name}`);
    await Deno.writeTextFile(`${folder.path}/${name}/a`, name);
  }
  await Deno.symlink("one", `${folder.path}/data`);
  await Deno.symlink("data/a", `${folder.path}/a`);
  const watch = await watched(folder, ["a"]);
  try {
    await Deno.symlink("two", `${folder.path}/next`);
    await Deno.rename(`${folder.path}/next`, `${folder.path}/data`);
    await told(watch, 1);
  } finally {
    watch.stop();
  }
});

Deno.test("FileWatch: while a file is being written nothing is told", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/a`;
  let looks = 0;
  let changes = 0;
  const watch = new FileWatch({
    files: () => {
      // At each of the first looks there is more of it.
      if (++looks <= 20) Deno.writeTextFileSync(path, "x", { append: true });
      return [path];
    },
    onChange: () => {
      changes++;
      assertEquals(looks, 21);
    },
    lookMs: 2,
  });
  await watch.start();
  try {
    await until("more looks", () => looks > 30 ? true : null);
    assertEquals(changes, 1);
  } finally {
    watch.stop();
  }
});

Deno.test("FileWatch: files that change without end are told of every 20 looks", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/a`;
  let looks = 0;
  const told: number[] = [];
  const watch = new FileWatch({
    files: () => {
      looks++;
      Deno.writeTextFileSync(path, "x", { append: true });
      return [path];
    },
    onChange: () => told.push(looks),
    lookMs: 1,
  });
  await watch.start();
  try {
    await until("two changes", () => told.length >= 2 ? true : null);
    // The first look only learns how the file is.
    assertEquals(told.slice(0, 2), [21, 41]);
  } finally {
    watch.stop();
  }
});

Deno.test("FileWatch: a new mode is a change, and so is new content with the old size and time", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/a`;
  await Deno.writeTextFile(path, "1");
  const time = new Date(2026, 0, 1);
  await Deno.utime(path, time, time);
  const watch = await watched(folder, ["a"]);
  try {
    await Deno.chmod(path, 0o600);
    await told(watch, 1);
    const changed = async () => (await Deno.stat(path)).ctime!.getTime();
    const before = await changed();
    // Deno gives it in whole seconds.
    await until("the next second", async () => {
      await Deno.writeTextFile(path, "2");
      await Deno.utime(path, time, time);
      return await changed() > before ? true : null;
    });
    await until("a change", () => watch.changes() >= 2 ? true : null);
  } finally {
    watch.stop();
  }
});

Deno.test("FileWatch: a file that is watched from now on has not changed by that", async () => {
  await using folder = await tempFolder();
  const [a, b] = [`${folder.path}/a`, `${folder.path}/b`];
  await Deno.writeTextFile(a, "1");
  await Deno.writeTextFile(b, "1");
  const files = [a];
  let looks = 0;
  const watch = await watched(folder, [], () => {
    looks++;
    return files;
  });
  try {
    files.push(b);
    const before = looks;
    await until("more looks", () => looks > before + 3 ? true : null);
    assertEquals(watch.changes(), 0);
    write(b, "12");
    await told(watch, 1);
  } finally {
    watch.stop();
  }
});
