/** iperf3: as many bytes as a program can move. */
import type { Bench } from "../context.ts";
import { limited } from "../limited.ts";
import type { Way } from "../ways.ts";

/** What came of a run of iperf3: what the receiver has got. */
export interface IperfResult {
  readonly bytes: number;
  readonly seconds: number;
}

/** Options of {@linkcode iperf3}. */
export interface IperfOptions {
  /** Connections at a time, beside the one that controls the run. */
  readonly streams: number;
  /** From the client to the target, or from the target to the client. */
  readonly direction: "up" | "down";
  /** How long it sends; in a quick bench a few megabytes instead. */
  readonly seconds: number;
}

/** How often a run is tried: the server may be busy with the end of another. */
const TRIES = 3;
/** What each stream of a quick bench moves. */
const QUICK_BYTES = "32M";

/** Runs iperf3. All its connections go the same way. */
export async function iperf3(
  { processes, settings }: Bench,
  way: Way,
  { streams, direction, seconds }: IperfOptions,
): Promise<IperfResult> {
  const length = settings.quick
    ? ["--bytes", QUICK_BYTES]
    : ["--time", `${seconds}`];
  const command = [
    "iperf3",
    ...["--client", "127.0.0.1", "--port", `${way.rest}`, "--json"],
    ...["--parallel", `${streams}`, ...length],
    ...direction === "down" ? ["--reverse"] : [],
  ];
  for (let tries = 1;; tries++) {
    try {
      const limitMs = 15_000 + seconds * 1_000;
      const text = await processes.run(
        limited(command, "load", settings),
        limitMs,
      );
      return parseIperf(text);
    } catch (error) {
      if (tries === TRIES) throw error;
    }
  }
}

/**
 * Reads what iperf3 prints.
 *
 * @throws {Error} When it moved nothing.
 */
export function parseIperf(text: string): IperfResult {
  const { bytes = 0, seconds = 0 } = JSON.parse(text).end?.sum_received ?? {};
  if (!(bytes > 0 && seconds > 0)) throw new Error("iperf3 moved no bytes");
  return { bytes, seconds };
}
