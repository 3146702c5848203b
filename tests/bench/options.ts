/** The command line of the bench. */
import { parseArgs } from "@std/cli/parse-args";
import { MEASURES, ON_DEMAND } from "./measures/all.ts";
import { PEERS } from "./peers/all.ts";
import { README_MEASURES } from "./readme_table.ts";
import type { Settings } from "./settings.ts";

/** What is wrong with a command line. */
export class UsageError extends Error {}

const MEASURE_NAMES = MEASURES.map(({ name }) => name);
const PEER_NAMES = PEERS.map(({ name }) => name);

/** Peers that are variants, measured only when they are asked for. */
const VARIANTS = [
  "haproxy-splice",
  "passthru-admin",
  "passthru-log",
  "passthru-admin-log",
];

/** Length of a load of a quick bench. */
const QUICK_SECONDS = 0.2;

/** How to call it. */
export const USAGE = `Usage: deno task bench [OPTIONS]

Measures passthru beside its peers, on loopback. See tests/bench/README.md.

  --rounds N         rounds of each measure (default 6, the fewest that give
                     ratios a confidence interval)
  --duration S       length of a load, in whole seconds (default 3)
  --only A,B,...     measures to make: ${MEASURE_NAMES.join(", ")}
                     (default: all but ${ON_DEMAND.join(", ")}, which take long)
  --peers A,B,...    peers to measure, or "none": ${PEER_NAMES.join(", ")}
                     (default: all but ${VARIANTS.join(", ")})
  --workers N        threads or processes of each program (default 1)
  --baseline DIR     another checkout of passthru to measure as well
  --pin              programs and load on cores of their own
  --rate N           requests a second for latency (default 2000)
  --in-a-row N       connections for "growth" (default 200000)
  --rest-seconds N   how long connections stay idle for "rest" (default 45)
  --seed N           of the orders in which programs are measured (default: random)
  --readme           measure what the table of tests/bench/README.md shows, and
                     print that part of it
  --write            with --readme: write it, and the figures that it is from
                     (tests/bench/results/readme.json), into the repository
  --from FILE        show the figures of a file that --json has written
  --json FILE        write all figures to FILE, or to standard output for "-"
  --quick            everything tiny: tries the bench, measures nothing
  -h, --help         this text
`;

/** Reads the command line. @returns `null` when only help is wanted. */
export function parseOptions(args: readonly string[]): Settings | null {
  const values = parsed(args);
  if (values.help) return null;
  const quick = values.quick;
  const settings: Settings = {
    rounds: count("rounds", values.rounds, quick ? 1 : 6),
    seconds: count("duration", values.duration, quick ? QUICK_SECONDS : 3),
    only: names("only", values.only, MEASURE_NAMES) ??
      MEASURE_NAMES.filter((name) =>
        values.readme
          ? README_MEASURES.includes(name)
          : !ON_DEMAND.includes(name)
      ),
    peers: values.peers === "none"
      ? []
      : names("peers", values.peers, PEER_NAMES) ??
        PEER_NAMES.filter((name) => !VARIANTS.includes(name)),
    baseline: values.baseline ?? null,
    workers: count("workers", values.workers, 1),
    pin: values.pin,
    rate: count("rate", values.rate, quick ? 200 : 2_000),
    held: quick ? [20] : [1_000, 4_000],
    restSeconds: count(
      "rest-seconds",
      values["rest-seconds"],
      quick ? 0.1 : 45,
    ),
    crowds: quick ? [10, 20] : [10, 100, 1_000, 4_000],
    rules: quick ? [1, 10] : [1, 100, 10_000],
    inARow: count("in-a-row", values["in-a-row"], quick ? 400 : 200_000),
    processSeconds: quick ? 0.1 : 5,
    seed: count("seed", values.seed, newSeed()),
    json: values.json ?? null,
    from: values.from ?? null,
    readme: values.readme,
    write: values.write,
    quick,
  };
  if (settings.write && !settings.readme) {
    throw new UsageError("--write needs --readme");
  }
  if (settings.pin && settings.workers >= navigator.hardwareConcurrency) {
    throw new UsageError("--pin needs a core that is not a worker's");
  }
  return settings;
}

function parsed(args: readonly string[]) {
  // parseArgs() takes "-" for a value only where it follows "=".
  const joined = args.flatMap((argument, index) =>
    argument === "-" ? [] : args[index + 1] === "-" ? `${argument}=-` : argument
  );
  const values = parseArgs(joined, {
    string: [
      ...["rounds", "duration", "only", "peers", "workers"] as const,
      ...["baseline", "rate", "in-a-row", "rest-seconds", "json"] as const,
      ...["seed", "from"] as const,
    ],
    alias: { h: "help" },
    boolean: ["pin", "quick", "help", "readme", "write"],
    unknown: (argument) => {
      throw new UsageError(`Unknown option or argument "${argument}"`);
    },
  });
  const bare = Object.entries(values).find(([, value]) => value === "");
  if (bare !== undefined) throw new UsageError(`--${bare[0]} has no value`);
  return values;
}

function newSeed(): number {
  return 1 + Math.floor(Math.random() * 1e6);
}

function count(
  option: string,
  text: string | undefined,
  otherwise: number,
): number {
  if (text === undefined) return otherwise;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError(`--${option} wants a whole number, not "${text}"`);
}

function names(
  option: string,
  text: string | undefined,
  known: readonly string[],
): readonly string[] | null {
  if (text === undefined) return null;
  const given = text.split(",").map((name) => name.trim());
  const unknown = given.find((name) => !known.includes(name));
  if (unknown === undefined) return given;
  throw new UsageError(
    `--${option}: "${unknown}" is none of ${known.join(", ")}`,
  );
}
