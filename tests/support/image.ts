/** What the Containerfile makes, laid out in a folder and run from there. */
import { layOut, type Stage, stagesOf } from "./containerfile.ts";
import { type TempFolder, tempFolder } from "./daemon.ts";
import { npmCache } from "./npm_cache.ts";
import { ROOT } from "./process.ts";
import { runWell } from "./programs.ts";

/** The Containerfile. */
export const CONTAINERFILE: string = `${ROOT}configs/deploy/Containerfile`;

/** Programs that this needs. */
export const NEEDED: readonly string[] = ["sh", "id", "setpriv"];

/** The image of the Containerfile, and the folder that stands for its root. */
export interface Image extends AsyncDisposable {
  readonly stage: Stage;
  readonly root: string;
  /**
   * A shell's command line that runs these words as its user, with its
   * environment and no other. Absolute paths are those in the folder; `deno` is
   * the one that runs the test.
   */
  command(words: readonly string[]): string;
}

/** Builds the image in a temporary folder. */
export async function buildImage(): Promise<Image> {
  await using stack = new AsyncDisposableStack();
  const folder: TempFolder = stack.use(await tempFolder());
  await Deno.chmod(folder.path, 0o755);
  const stages = stagesOf(await Deno.readTextFile(CONTAINERFILE));
  const root = await layOut(stages, {
    build: ROOT,
    folder: folder.path,
    run: runLine,
  });
  await runWell("chmod", ["-R", "a-w,a+rX", root]);
  stack.defer(async () => {
    await runWell("chmod", ["-R", "u+w", root]);
  });
  const stage = stages.at(-1)!;
  const isRoot = (await runWell("id", ["-u"])).text.trim() === "0";
  const kept = stack.move();
  return {
    stage,
    root,
    command: (words) =>
      [...isRoot ? asUser(stage) : [], ...commandWords(stage, root, words)]
        .map(quote).join(" "),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** Runs a `RUN` line, with the packages at hand that this machine has. */
async function runLine(stage: Stage, root: string, line: string) {
  await bringPackages(root + stage.env["DENO_DIR"]!);
  const pairs = environment(stage, root).map(quote).join(" ");
  const deno = quote(Deno.execPath());
  const script = `cd ${quote(root + stage.workdir)} && env -i ${pairs} ` +
    line.replace(/^deno /, `${deno} `);
  await runWell("sh", ["-c", script]);
}

/** Copies the packages of deno.lock from the cache of the Deno that tests. */
async function bringPackages(denoDir: string): Promise<void> {
  const cache = await npmCache();
  const lock = JSON.parse(await Deno.readTextFile(`${ROOT}deno.lock`));
  for await (const registry of Deno.readDir(cache)) {
    for (const key of Object.keys(lock.npm)) {
      const name = key.replace(/(?<=.)@.*$/, "");
      const from = `${cache}/${registry.name}/${name}`;
      const to = `${denoDir}/npm/${registry.name}/${name}`;
      await Deno.mkdir(to, { recursive: true });
      await runWell("cp", ["-r", `${from}/.`, to]);
    }
  }
}

/** What a root puts before a command that the image's user is to run. */
function asUser({ user }: Stage): string[] {
  const [uid, gid] = user!.split(":") as [string, string];
  return ["setpriv", "--reuid", uid, "--regid", gid, "--clear-groups"];
}

function commandWords(
  stage: Stage,
  root: string,
  words: readonly string[],
): string[] {
  const moved = words.map((word) =>
    word === "deno" ? Deno.execPath() : inFolder(word, root)
  );
  return ["env", "-i", ...environment(stage, root), ...moved];
}

function environment({ env }: Stage, root: string): string[] {
  return Object.entries(env).map(([name, value]) =>
    `${name}=${inFolder(value, root)}`
  );
}

/** A word whose absolute paths start at the folder. */
function inFolder(word: string, root: string): string {
  return word.replace(/(^|[=,])\//g, `$1${root}/`);
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
