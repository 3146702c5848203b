/** Files that are replaced while they are read. */
import { assert, assertEquals } from "@std/assert";
import { readRegular } from "../../src/cli/read_regular.ts";
import { within } from "../support/wait.ts";

const TEXT = "a regular file\n";
const SECRET = "another user's secret\n";

interface Folder extends AsyncDisposable {
  readonly path: string;
}

/** A folder with a file, a secret beside it, a link to that, and a pipe. */
async function folderOf(): Promise<Folder> {
  const path = await Deno.makeTempDir();
  await Deno.mkdir(`${path}/d`);
  await Deno.writeTextFile(`${path}/d/file`, TEXT);
  await Deno.writeTextFile(`${path}/secret`, SECRET);
  await Deno.symlink("../secret", `${path}/d/link`);
  const made = await new Deno.Command("mkfifo", { args: [`${path}/d/pipe`] })
    .output();
  assert(made.success);
  return {
    path: `${path}/d`,
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

Deno.test("read regular: links only where they are allowed, and no pipes", async () => {
  await using folder = await folderOf();
  const { path } = folder;
  const read = async (name: string, allowsLink: boolean) => {
    const file = `${path}/${name}`;
    const what = await within(name, readRegular(file, { allowsLink }));
    return what === null
      ? null
      : "bytes" in what
      ? new TextDecoder().decode(what.bytes)
      : what.problem;
  };
  for (const allowsLink of [true, false]) {
    assertEquals(await read("file", allowsLink), TEXT);
    assertEquals(await read("pipe", allowsLink), "it is not a regular file");
    assertEquals(await read("none", allowsLink), null);
    assertEquals(await read(".", allowsLink), "it is a directory");
  }
  assertEquals(await read("link", true), SECRET);
  assertEquals(await read("link", false), "it is a symbolic link");
});

Deno.test("read regular: what takes the place of a file meanwhile is not read, and holds up nobody", async () => {
  await using folder = await folderOf();
  const { path } = folder;
  const swapped = `${path}/swapped`;
  // By a process of its own, so that it happens between any two steps.
  await using swapper = new Deno.Command("sh", {
    args: [
      "-c",
      'while :; do for n in file link pipe; do rm -f "$0/next"; ln -P "$0/$n" "$0/next"; mv -f "$0/next" "$0/swapped"; done; done',
      path,
    ],
  }).spawn();
  const seen = new Set<string>();
  try {
    // Each has been met, and what is between two steps was met by chance.
    for (let nth = 0; nth < 500 || seen.size < 3; nth++) {
      const read = await within(
        "a read",
        readRegular(swapped, { allowsLink: false }),
      );
      if (read === null) continue;
      if ("bytes" in read) {
        const text = new TextDecoder().decode(read.bytes);
        assertEquals(text, TEXT);
        seen.add("bytes");
      } else seen.add(read.problem);
    }
  } finally {
    swapper.kill("SIGKILL");
    await swapper.status;
  }
  const met = ["bytes", "it is a symbolic link", "it is not a regular file"];
  assert(met.every((each) => seen.has(each)), [...seen].join());
});
