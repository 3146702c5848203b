/**
 * The command lines of this repository's tasks: `--help` prints what a task does,
 * and what is misspelt does not start it.
 */
import { parseArgs } from "@std/cli/parse-args";

/** An option of a task. */
export interface TaskOption {
  /** Name of its value in the help; absent: it takes none. */
  readonly value?: string;
  /** Its value is a list of some of these, with commas between. Default: any text. */
  readonly names?: readonly string[];
  readonly help: string;
}

/** What a task is called by. */
export interface TaskUsage {
  /** As `deno task` knows it. */
  readonly task: string;
  readonly summary: string;
  /** By their names. */
  readonly options?: Readonly<Record<string, TaskOption>>;
  /** The argument that it may be given. Default: none. */
  readonly argument?: TaskOption & { readonly value: string };
}

/** A command line that was understood, or what to print in place of the task. */
export type ReadTask =
  | {
    readonly kind: "run";
    /** By the option's name; `""` for one without a value. */
    readonly values: ReadonlyMap<string, string>;
    readonly argument: string | undefined;
  }
  | { readonly kind: "help" | "wrong"; readonly text: string };

/** Exit code of a task whose command line is wrong. */
const USAGE_CODE = 2;

/** Reads a command line. */
export function readTask(
  usage: TaskUsage,
  args: readonly string[],
): ReadTask {
  const { options = {}, argument } = usage;
  const text = usageText(usage);
  const wrong = (problem: string): ReadTask => ({
    kind: "wrong",
    text: `${problem}\n\n${text}`,
  });
  const names = Object.keys(options);
  const takesValue = (name: string) => options[name]!.value !== undefined;
  let unknown: string | undefined;
  const found = parseArgs([...args], {
    string: ["_", ...names.filter(takesValue)],
    boolean: ["help", ...names.filter((name) => !takesValue(name))],
    alias: { h: "help" },
    unknown: (given, key) => {
      if (key !== undefined) unknown ??= given;
    },
  });
  if (found["help"] === true) return { kind: "help", text };
  if (unknown !== undefined) return wrong(`Unknown option "${unknown}"`);
  const values = new Map<string, string>();
  for (const name of names) {
    const value: unknown = found[name];
    if (value === "") return wrong(`Option "--${name}" needs a value`);
    const known = options[name]!.names;
    if (typeof value === "string" && known !== undefined) {
      const other = value.split(",").find((word) => !known.includes(word));
      if (other !== undefined) {
        return wrong(
          `Invalid value of "--${name}": found "${other}", expected some of ${
            known.join(", ")
          }`,
        );
      }
    }
    if (typeof value === "string") values.set(name, value);
    else if (value === true) values.set(name, "");
  }
  const [first, second] = found["_"].map(String);
  const unexpected = argument === undefined ? first : second;
  return unexpected === undefined
    ? { kind: "run", values, argument: first }
    : wrong(`Unexpected argument "${unexpected}"`);
}

/**
 * Reads the command line of the process, which ends here for help, and when the
 * command line is wrong.
 */
export function taskOptions(
  usage: TaskUsage,
): Extract<ReadTask, { readonly kind: "run" }> {
  const read = readTask(usage, Deno.args);
  if (read.kind === "run") return read;
  const bytes = new TextEncoder().encode(read.text);
  if (read.kind === "help") Deno.stdout.writeSync(bytes);
  else Deno.stderr.writeSync(bytes);
  Deno.exit(read.kind === "help" ? 0 : USAGE_CODE);
}

/** A number above 0 of an option; the process ends when it is none. */
export function numberOf(
  { values }: Extract<ReadTask, { readonly kind: "run" }>,
  name: string,
  otherwise: number,
): number {
  const text = values.get(name);
  const number = Number(text ?? otherwise);
  if (number > 0 && number < Infinity) return number;
  refuseTask(
    `Invalid value of "--${name}": found "${text}", expected a number above 0`,
  );
}

/** Ends the process, since its command line is wrong. */
export function refuseTask(problem: string): never {
  Deno.stderr.writeSync(new TextEncoder().encode(`${problem}\n`));
  Deno.exit(USAGE_CODE);
}

function usageText({ task, summary, options = {}, argument }: TaskUsage) {
  const rows = [
    ...(argument === undefined ? [] : [[argument.value, argument.help]]),
    ...Object.entries(options).map(([name, { value, help }]) => [
      `--${name}${value === undefined ? "" : ` ${value}`}`,
      help,
    ]),
    ["-h, --help", "show this help"],
  ] as [string, string][];
  const width = Math.max(...rows.map(([name]) => name.length));
  const given = argument === undefined ? "" : ` [${argument.value}]`;
  return [
    `Usage: deno task ${task}${given} [OPTIONS]`,
    "",
    summary,
    "",
    ...rows.map(([name, help]) => `  ${name.padEnd(width)}  ${help}`),
    "",
  ].join("\n");
}
