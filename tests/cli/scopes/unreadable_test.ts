/** What `scopes --systemd` warns of: what others than the owner cannot use. */
import { assertEquals, assertMatch } from "@std/assert";
import {
  unusablePlaces,
  type UsedPlace,
} from "../../../src/cli/scopes/unreadable.ts";
import { runCli } from "../../support/cli.ts";
import { configFile } from "../../support/config_file.ts";
import { oneServer } from "../../support/passthru.ts";
import { programTest, run } from "../../support/programs.ts";

const CONFIG = oneServer({ CATCHALL: { CATCHALL: { action: "REJECT" } } });
/** Modes of a folder and of a file in it, and what is in the way. */
const MODES: [
  folder: number,
  file: number,
  use: "run" | "read",
  why: string,
][] = [
  [0o755, 0o644, "read", ""],
  [0o711, 0o604, "read", ""],
  [
    0o700,
    0o644,
    "read",
    'the folder "FOLDER" is closed to others (mode 0700). Remedy: ADVICE, or open the folder (chmod o+x FOLDER)',
  ],
  [
    0o770,
    0o644,
    "read",
    'the folder "FOLDER" is closed to others (mode 0770). Remedy: ADVICE, or open the folder (chmod o+x FOLDER)',
  ],
  [
    0o755,
    0o600,
    "read",
    '"FILE" is closed to others (mode 0600). Remedy: ADVICE, or open it (chmod o+r FILE)',
  ],
  [
    0o755,
    0o640,
    "read",
    '"FILE" is closed to others (mode 0640). Remedy: ADVICE, or open it (chmod o+r FILE)',
  ],
  [0o755, 0o755, "run", ""],
  [
    0o755,
    0o744,
    "run",
    '"FILE" is closed to others (mode 0744). Remedy: ADVICE, or open it (chmod o+x FILE)',
  ],
];

programTest(
  ["setpriv", "cat", "env"],
  "scopes --systemd: what is said to be closed is closed to another user, and nothing else is",
  async () => {
    await using config = await configFile();
    const folder = `${config.folder}/x`;
    const file = `${folder}/file`;
    await Deno.chmod(config.folder, 0o755);
    await Deno.mkdir(folder);
    await Deno.writeTextFile(file, "#!/bin/sh\n");
    for (const [folderMode, fileMode, use, why] of MODES) {
      await Deno.chmod(file, fileMode);
      await Deno.chmod(folder, folderMode);
      const place: UsedPlace = {
        what: "this",
        path: file,
        use,
        advice: "ADVICE",
      };
      const said = await unusablePlaces([place], []);
      const wanted = why.replaceAll("FOLDER", folder).replaceAll("FILE", file);
      assertEquals(
        said,
        why === ""
          ? []
          : [`The unit's user cannot use this "${file}": ${wanted}`],
      );
      // Only root can become somebody else.
      if (Deno.uid() !== 0) continue;
      const { code } = await run("setpriv", [
        ...["--reuid=65534", "--regid=65534", "--clear-groups"],
        ...[use === "run" ? "env" : "cat", file],
      ]);
      assertEquals(code === 0, why === "", `${folderMode} ${fileMode} ${use}`);
    }
    await Deno.chmod(folder, 0o755);
  },
);

Deno.test("scopes --systemd: the unit is printed, with a warning of a config that it does not see", async () => {
  await using file = await configFile(CONFIG);
  const { code, stdout, stderr } = await runCli(
    "scopes",
    file.path,
    "--systemd",
  );
  assertEquals(code, 0);
  assertMatch(stdout, /^\[Unit\]\n/);
  const lines = stderr.split("\n").filter((line) => line.includes(file.path));
  assertEquals(lines, [
    `warning: The unit's user cannot use the config "${file.path}": the unit has a /tmp of its own. Remedy: move it to a place such as /etc/passthru`,
  ]);
});

Deno.test("scopes --systemd: a token is not to be opened to all, but handed over", async () => {
  await using file = await configFile();
  const path = `${file.folder}/token`;
  await Deno.writeTextFile(path, "0123456789abcdef", { mode: 0o600 });
  await Deno.chmod(file.folder, 0o755);
  const place: UsedPlace = {
    what: "the admin token",
    path,
    use: "read",
    advice: "ADVICE",
    secret: true,
  };
  assertEquals(await unusablePlaces([place], []), [
    `The unit's user cannot use the admin token "${path}": "${path}" is closed to others (mode 0600). Remedy: ADVICE`,
  ]);
});
