/**
 * The first bytes of new clients, by the names that their makers give to what
 * they speak: `../shared/clients/README.md`.
 */
import { BUILTINS } from "../../src/detect/builtins.ts";

/** What a client sent until it waited for the server. */
export interface Opening {
  readonly id: string;
  readonly client: string;
  readonly version: string;
  /** What it speaks; in capitals where passthru calls it so. */
  readonly protocol: string;
  /** In base64, as it was cut. */
  readonly segments: readonly string[];
}

const FILE = new URL(
  "../../../shared/clients/openings.jsonl.gz",
  import.meta.url,
);
const NAMES = new Set(BUILTINS.map(({ name }) => name));

/** Detectors by their makers' names, where these differ. */
const DETECTOR_OF: Readonly<Record<string, string>> = {
  "Bolt": "BOLT",
  "S7 (COTP)": "COTP",
  "OPC UA": "OPCUA",
  "Kerberos": "KERBEROS",
  "DCE/RPC": "DCERPC",
  "ClickHouse native": "CLICKHOUSE",
  "guacd": "GUACAMOLE",
  "Fluentd": "FLUENTD",
  "Lumberjack": "LUMBERJACK",
  "Gearman": "GEARMAN",
  "ADB smart socket": "ADB_SERVER",
  "PROXY v1": "PROXY",
  "clamd": "CLAMD",
};

/**
 * Reads the openings; `null`: they are not there.
 *
 * @throws {Error} When they are absent in CI, where they must be.
 */
export async function readOpenings(): Promise<Opening[] | null> {
  const file = await Deno.open(FILE).catch(() => null);
  if (file !== null) {
    const stream = file.readable.pipeThrough(new DecompressionStream("gzip"));
    const lines = (await new Response(stream).text()).trim().split("\n");
    return lines.map((line) => JSON.parse(line) as Opening);
  }
  if (Deno.env.get("CI") === "true") {
    throw new Error(`The openings are not there: "${FILE}"`);
  }
  return null;
}

/** The detector that should find an opening; `null`: none should. */
export function expectedDetector({ protocol }: Opening): string | null {
  const name = DETECTOR_OF[protocol] ?? protocol;
  return NAMES.has(name) ? name : null;
}
