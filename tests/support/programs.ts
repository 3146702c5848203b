/** Real programs for tests: finding them, and running them to their end. */
import { assert, assertEquals } from "@std/assert";
import { PATIENCE_MS } from "./wait.ts";

/** Where servers lie that are not in an ordinary user's `PATH`. */
const SYSTEM_FOLDERS = ["/usr/local/sbin", "/usr/sbin", "/sbin"];
/** Debian's Python, and where it has its modules. */
const PYTHON = "/usr/bin/python3";
const PYTHON_MODULES = "/usr/lib/python3/dist-packages";
/** Where Debian keeps PostgreSQL's, in a folder a version. */
const POSTGRES_FOLDER = "/usr/lib/postgresql";

/** What the programs on this machine mean for a test. */
export interface Programs {
  /** Leave the test out: a program is missing, and this is not CI. */
  readonly ignore: boolean;
  /** Programs that are missing. */
  readonly missing: readonly string[];
}

/** How a program ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: Uint8Array<ArrayBuffer>;
  /** Standard output as text. */
  readonly text: string;
  readonly stderr: string;
}

/** Options of {@linkcode run}. */
export interface RunOptions {
  /** Standard input; empty when left out. */
  readonly stdin?: Uint8Array;
  /** The program is killed when it takes longer, in milliseconds. */
  readonly limitMs?: number;
}

/**
 * Looks for programs. Where one is missing a test is left out, but not in CI,
 * where a test that does not run is a failure.
 */
export function programs(
  names: readonly string[],
  ci = Deno.env.get("CI") === "true",
): Programs {
  const missing = names.filter((name) => find(name) === null);
  return { ignore: missing.length > 0 && !ci, missing };
}

/** A test that runs real programs; `needs` names them. */
export function programTest(
  needs: readonly string[],
  name: string,
  fn: () => Promise<void>,
): void {
  const { ignore, missing } = programs(needs);
  Deno.test({
    name,
    ignore,
    async fn() {
      assertEquals(missing, [], "programs that must be installed");
      await fn();
    },
  });
}

/**
 * The absolute path of a program.
 *
 * @throws {Error} When it is not installed.
 */
export function program(name: string): string {
  const path = find(name);
  if (path === null) throw new Error(`The program "${name}" is not installed`);
  return path;
}

/** Runs a program to its end. */
export async function run(
  name: string,
  args: readonly string[],
  { stdin = new Uint8Array(), limitMs = PATIENCE_MS }: RunOptions = {},
): Promise<Ended> {
  const child = new Deno.Command(program(name), {
    args: [...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, limitMs);
  try {
    const [ended] = await Promise.all([
      child.output(),
      feed(child.stdin, stdin),
    ]);
    const stderr = new TextDecoder().decode(ended.stderr);
    assert(!late, `${name} did not end within ${limitMs} ms: ${stderr}`);
    return {
      code: ended.code,
      stdout: ended.stdout,
      text: new TextDecoder().decode(ended.stdout),
      stderr,
    };
  } finally {
    clearTimeout(timer);
  }
}

/** Runs a program that must end well. */
export async function runWell(
  name: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Ended> {
  const ended = await run(name, args, options);
  assertEquals(ended.code, 0, `${name} ${args.join(" ")}: ${ended.stderr}`);
  return ended;
}

/** Writes standard input; a program may end without having read it. */
async function feed(
  stdin: WritableStream<Uint8Array>,
  bytes: Uint8Array,
): Promise<void> {
  const writer = stdin.getWriter();
  try {
    if (bytes.length > 0) await writer.write(bytes);
    await writer.close();
  } catch {
    // It has ended or closed its input.
  }
}

/**
 * @param name Of a program; the path of a file; or `python3:MODULE` for Debian's
 * Python with that.
 */
function find(name: string): string | null {
  if (name.startsWith("/")) return isThere(name) ? name : null;
  const [interpreter, module] = name.split(":");
  if (module !== undefined) {
    return interpreter === "python3" && isThere(`${PYTHON_MODULES}/${module}`)
      ? PYTHON
      : null;
  }
  const folders = (Deno.env.get("PATH") ?? "").split(":").filter((folder) =>
    folder.startsWith("/")
  );
  for (const folder of [...folders, ...SYSTEM_FOLDERS, ...postgresFolders()]) {
    const path = `${folder}/${name}`;
    try {
      const { isFile, mode } = Deno.statSync(path);
      if (isFile && (mode ?? 0) & 0o111) return path;
    } catch {
      // It is not there.
    }
  }
  return null;
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path) !== null;
  } catch {
    return false;
  }
}

function postgresFolders(): string[] {
  try {
    return Array.from(
      Deno.readDirSync(POSTGRES_FOLDER),
      ({ name }) => `${POSTGRES_FOLDER}/${name}/bin`,
    );
  } catch {
    return [];
  }
}
