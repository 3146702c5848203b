/** Installs clients of npm, outside the repository. */
import { program } from "../support/programs.ts";
import { sha256 } from "../support/sha256.ts";

/** The modules of the clients, and the manifest with their versions. */
export const PINNED = new URL("npm/", import.meta.url);
/** Where they are installed, and stay for the next run. */
const INSTALLED = "/tmp/passthru_clients";

/** A folder with the pinned clients, which are installed unless they are there. */
export async function pinnedClients(): Promise<string> {
  const lock = new URL("package-lock.json", PINNED);
  const name = sha256(await Deno.readFile(lock)).slice(0, 16);
  const folder = `${INSTALLED}/${name}`;
  await Deno.mkdir(folder, { recursive: true });
  await copyModules(folder);
  const done = `${folder}/installed`;
  if (await Deno.stat(done).catch(() => null) === null) {
    for (const file of ["package.json", "package-lock.json"]) {
      await Deno.copyFile(new URL(file, PINNED), `${folder}/${file}`);
    }
    await npm(["ci"], folder);
    await Deno.writeTextFile(done, "");
  }
  return folder;
}

/** Installs the newest versions of packages into an empty folder. */
export async function newestClients(
  folder: string,
  names: readonly string[],
): Promise<void> {
  await copyModules(folder);
  const manifest = { private: true, type: "module" };
  await Deno.writeTextFile(`${folder}/package.json`, JSON.stringify(manifest));
  const latest = names.map((name) => `${name}@latest`);
  await npm(["install", "--save-exact", ...latest], folder);
}

/** The packages of a manifest, and their versions. */
export async function versionsIn(
  folder: string | URL,
): Promise<ReadonlyMap<string, string>> {
  const path = folder instanceof URL ? folder.pathname : `${folder}/`;
  const { dependencies } = JSON.parse(
    await Deno.readTextFile(`${path}package.json`),
  );
  return new Map(Object.entries(dependencies));
}

async function copyModules(folder: string): Promise<void> {
  for await (const { name } of Deno.readDir(PINNED)) {
    if (!name.endsWith(".mjs")) continue;
    await Deno.copyFile(new URL(name, PINNED), `${folder}/${name}`);
  }
}

async function npm(args: readonly string[], cwd: string): Promise<void> {
  const quiet = ["--ignore-scripts", "--no-fund", "--no-audit", "--silent"];
  const { success, stderr } = await new Deno.Command(program("npm"), {
    args: [...args, ...quiet],
    cwd,
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}
