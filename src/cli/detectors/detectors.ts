/**
 * `passthru detectors`: which protocols are there, and what is known of each?
 *
 * @module
 */
import { didYouMean } from "../../config/diagnostics.ts";
import { BUILTINS } from "../../detect/builtins.ts";
import { DATAGRAM_BUILTINS } from "../../detect/datagram_builtins.ts";
import {
  type DetectorPage,
  detectorPages,
} from "../../detect/detector_page.ts";
import { detectorTable, detectorText } from "./detectors_text.ts";
import { ExitCode } from "../exit_code.ts";
import { type Command, type ParsedArguments, UsageError } from "../command.ts";
import { jsonText } from "../json_text.ts";
import type { Output } from "../output.ts";
import { readConfig } from "../read_config.ts";
import { CONFIG, HELP } from "../shared_options.ts";

/** The built-in detectors of both transports. */
const ALL = [...BUILTINS, ...DATAGRAM_BUILTINS];

/** Runs the command. @returns The exit code. */
export async function detectors(
  { values, positionals }: ParsedArguments,
  output: Output,
): Promise<number> {
  const pages = await knownPages(values.get("config"), output);
  if (pages === null) return ExitCode.config;
  const [name] = positionals;
  const page = name === undefined ? null : pageNamed(name, pages);
  if (values.has("json")) output.out(jsonText(page ?? pages));
  else output.out(page === null ? detectorTable(pages) : detectorText(page));
  return ExitCode.ok;
}

/**
 * The pages of the built-in detectors and of those that a config declares.
 *
 * @returns `null` when the config cannot be used.
 */
async function knownPages(
  path: string | undefined,
  output: Output,
): Promise<DetectorPage[] | null> {
  if (path === undefined) return detectorPages(ALL);
  using config = await readConfig(path, output);
  if (config === null) return null;
  const { file, plan, registry } = config;
  const own = new Set(plan.detectors.map(({ name }) => name));
  return detectorPages(registry.all).map((page) => {
    if (!own.has(page.name)) return page;
    const source = [{ text: `declared in ${file}` }];
    const { udp } = page;
    return udp === undefined || udp.source.length > 0
      ? { ...page, source }
      : { ...page, source, udp: { ...udp, source } };
  });
}

/** @throws {UsageError} When there is none of that name, in any case. */
function pageNamed(
  name: string,
  pages: readonly DetectorPage[],
): DetectorPage {
  const page = pages.find((known) => known.name === name.toUpperCase());
  if (page !== undefined) return page;
  const names = pages.map((known) => known.name);
  throw new UsageError([
    `Unknown detector ${
      JSON.stringify(name)
    }: expected one that "passthru detectors" lists${didYouMean(name, names)}`,
  ]);
}

/** `passthru detectors`. */
export const DETECTORS_COMMAND: Command = {
  name: "detectors",
  summary: "List the detectors, or show the page of one",
  argument: "NAME",
  argumentWords: detectorPages(ALL).map(({ name }) => name),
  details: [
    "Without a name it lists the protocols that a config can name, how each is recognised, and its conditions. With a name it shows the first bytes of such a connection, the conditions with an example each, the facts that they test, the specification, and what the detector accepts and refuses.",
    "Bytes are hexadecimal digits between backquotes. BE16 is a big-endian number of 16 bits, LE32 a little-endian number of 32 bits, and so on. SP, CR and LF are these control characters. With a config, its custom detectors are included.",
  ],
  options: [
    CONFIG,
    { long: "json", help: "Print JSON" },
    HELP,
  ],
  examples: [
    ["detectors", "list all protocols"],
    ["detectors TLS", "show conditions, facts and first bytes of TLS"],
    [
      "detectors -c passthru.jsonc --json",
      "include the detectors of a config, as JSON",
    ],
  ],
  run: detectors,
};
