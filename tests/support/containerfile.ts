/** Containerfiles, as far as ours goes: read, and laid out without a builder. */
import { assert } from "@std/assert";
import { runWell } from "./programs.ts";

/** A stage of a Containerfile. */
export interface Stage {
  readonly from: string;
  readonly name: string | null;
  readonly env: Record<string, string>;
  readonly copies: Copy[];
  /** Command lines for a shell. */
  readonly runs: string[];
  readonly exposed: string[];
  workdir: string;
  user: string | null;
  entrypoint: string[];
  cmd: string[];
  /** The command of its health check. */
  healthcheck: string[];
}

/** A `COPY` line. */
export interface Copy {
  /** The stage that it copies from; `null`: the folder that is built. */
  readonly from: string | null;
  readonly sources: readonly string[];
  readonly to: string;
}

/**
 * The stages of a Containerfile.
 *
 * @throws {Error} When there is an instruction that is not known here.
 */
export function stagesOf(text: string): Stage[] {
  const stages: Stage[] = [];
  for (const line of text.replaceAll("\\\n", " ").split("\n")) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const [word, rest] = split(line);
    if (word === "FROM") stages.push(newStage(rest));
    else take(stages.at(-1)!, word, rest);
  }
  return stages;
}

/**
 * Lays out the stages in a folder, one folder a stage that stands for its root.
 * What a base image brings is not in it.
 *
 * @param build The folder that is built.
 * @param run Runs a `RUN` line of the stage whose root this is.
 * @returns The root of the last stage.
 */
export async function layOut(
  stages: readonly Stage[],
  { build, folder, run }: {
    readonly build: string;
    readonly folder: string;
    readonly run: (stage: Stage, root: string, line: string) => Promise<void>;
  },
): Promise<string> {
  let root = "";
  for (const [index, stage] of stages.entries()) {
    root = `${folder}/${stage.name ?? index}`;
    await Deno.mkdir(root + stage.workdir, { recursive: true });
    for (const copy of stage.copies) {
      await copyInto(root, copy, copy.from ? `${folder}/${copy.from}` : build);
    }
    for (const line of stage.runs) await run(stage, root, line);
  }
  return root;
}

/** Copies what a line says; a folder becomes the target, a file goes into it. */
async function copyInto(root: string, copy: Copy, from: string): Promise<void> {
  const to = root + copy.to;
  for (const source of copy.sources) {
    const path = `${from}/${source}`;
    const { isDirectory } = await Deno.stat(path);
    assert(isDirectory || copy.to.endsWith("/"), `${copy.to} is a folder`);
    await Deno.mkdir(to, { recursive: true });
    await runWell("cp", ["-r", isDirectory ? `${path}/.` : path, to]);
  }
}

function newStage(rest: string): Stage {
  const [from, as, name] = rest.split(/\s+/);
  assert(as === undefined || as === "AS", rest);
  return {
    from: from!,
    name: name ?? null,
    env: {},
    copies: [],
    runs: [],
    exposed: [],
    workdir: "/",
    user: null,
    entrypoint: [],
    cmd: [],
    healthcheck: [],
  };
}

function take(stage: Stage, word: string, rest: string): void {
  switch (word) {
    case "WORKDIR":
      stage.workdir = rest;
      return;
    case "USER":
      stage.user = rest;
      return;
    case "RUN":
      stage.runs.push(rest);
      return;
    case "EXPOSE":
      stage.exposed.push(...rest.split(/\s+/));
      return;
    case "ENV":
      for (const pair of rest.split(/\s+/)) {
        const at = pair.indexOf("=");
        stage.env[pair.slice(0, at)] = pair.slice(at + 1);
      }
      return;
    case "COPY":
      stage.copies.push(copyOf(rest));
      return;
    case "ENTRYPOINT":
      stage.entrypoint = JSON.parse(rest);
      return;
    case "CMD":
      stage.cmd = JSON.parse(rest);
      return;
    case "HEALTHCHECK":
      stage.healthcheck = JSON.parse(rest.replace(/^(--\S+ +)*CMD /, ""));
      return;
    default:
      throw new Error(`Unknown instruction ${word}`);
  }
}

function copyOf(rest: string): Copy {
  const words = rest.split(/\s+/);
  const flag = words[0]!.startsWith("--") ? words.shift()! : null;
  const from = flag === null ? null : /^--from=(\w+)$/.exec(flag)![1]!;
  const to = words.pop()!;
  return { from, sources: words, to };
}

function split(line: string): [string, string] {
  const at = line.indexOf(" ");
  return [line.slice(0, at), line.slice(at + 1).trim()];
}
