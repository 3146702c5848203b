/**
 * The config loader: any text gives a Plan or diagnostics that can be printed,
 * and its JSONC is what `@std/jsonc` reads.
 *
 * @module
 */
import { equal } from "@std/assert";
import { parse } from "@std/jsonc";
import {
  ConfigDocuments,
  formatDiagnostics,
  loadConfig,
  loadDocuments,
} from "../../../src/config/load.ts";
import { parseSource, plainValue } from "../../../src/config/source.ts";
import { ALL_DETECTORS } from "../../support/all_detectors.ts";
import { BAD_CONFIGS } from "../../config/bad_configs.ts";
import { ROOT } from "../../support/process.ts";
import { wire } from "../../support/wire.ts";
import { joined } from "../input.ts";
import { checkLinear, stretched } from "../stretch.ts";
import { bucket, type FuzzTarget, type Path, Violation } from "../target.ts";

const LONGEST = 32768;
/** What the loader refuses in JSONC that is well formed. */
const STRICTER =
  /^(?:Duplicate name|Nested too deep|The file is not valid UTF-8|The file is UTF-16)/;

const TOKENS = [
  ...'{|}|[|]|,|:|"|//|/*|*/|\\|null|true|0|-1|1e99|""|\n|\\u0000|\ufeff'.split(
    "|",
  ),
  ...'"servers": {|"version": "v1.0.0",|"TLS": {|"HTTP": {|"CATCHALL"|"SILENT"'
    .split("|"),
  ...'"action": "FORWARD"|"to_addr": "a:1"|"REJECT"|SNI |HOST |PATH |!|*.|/^a+$/'
    .split("|"),
  ...'FROM 10.0.0.0/8|TIME mon-fri 09:00-17:00|srv:|unix:/a|"options": {|"5s"|"1MiB"'
    .split("|"),
  ...'"detectors": {|"expect": [|"admin": {|"upstreams": {|127.0.0.1:443|[::1]:1|udp:'
    .split("|"),
  ..."(a+)+$|[a-z|{1,9999}|\\d|(?=a)|.*|%2e|é|\u2028|__proto__|constructor"
    .split(
      "|",
    ),
].map((text) => new TextEncoder().encode(text));

/** The config loader. */
export async function configTarget(): Promise<FuzzTarget> {
  return {
    name: "config",
    seeds: (await seeds()).map((bytes) => [bytes]),
    tokens: TOKENS,
    maxBytes: 4096,
    maxParts: 1,
    weight: 3,
    run: (input, path) => run(joined(input), path),
    stretch(input) {
      const long = stretched(joined(input), LONGEST);
      checkLinear(
        "Config: time grows faster than the file",
        LONGEST,
        (length) => {
          loadConfig("x", long.subarray(0, length), ALL_DETECTORS);
        },
      );
    },
  };
}

async function seeds(): Promise<Uint8Array[]> {
  const found = BAD_CONFIGS.map(({ text }) =>
    typeof text === "string" ? new TextEncoder().encode(text) : text
  );
  for await (const { name } of Deno.readDir(`${ROOT}configs`)) {
    if (name.endsWith(".jsonc")) {
      found.push(await Deno.readFile(`${ROOT}configs/${name}`));
    }
  }
  return [...found, wire()];
}

function run(bytes: Uint8Array, path: Path): void {
  checkJsonc(bytes);
  checkIncluded(bytes);
  const { plan, source, diagnostics, expectations } = loadConfig(
    "x",
    bytes,
    ALL_DETECTORS,
  );
  formatDiagnostics(source, diagnostics);
  let errors = 0;
  for (const { severity, message, span } of diagnostics) {
    path.add(1, path.word(message));
    if (severity === "error") errors++;
    if (span.offset >= 0 && span.offset <= bytes.length && span.length >= 0) {
      continue;
    }
    throw new Violation("Config: a place outside the file", message);
  }
  path.add(2, bucket(errors), plan === null ? 0 : 1, expectations.length & 7);
  for (const { protocols } of plan?.listeners ?? []) {
    path.add(3, bucket(protocols.length));
  }
  if ((plan === null) !== (errors > 0)) {
    throw new Violation(
      "Config: a Plan with errors, or none without",
      `${errors}`,
    );
  }
}

/** A config that includes what is tried, without bounds and within some. */
const INCLUDING = new TextEncoder().encode(`{
  "version": "v1.0.0",
  "include": ["open", { "files": "bounded", "within": {
    "listeners": ["127.0.0.1:443", ":443"], "to": ["10.0.0.0/8"] } }],
  "servers": { "127.0.0.1:443": {}, ":8443": { "TLS": { "SNI a.example": "10.0.0.1:1" } } }
}`);

/** As a file that is included it is read, too, and its places are its own. */
function checkIncluded(bytes: Uint8Array): void {
  for (const nth of [0, 1]) {
    const documents = new ConfigDocuments("main", INCLUDING);
    documents.add(documents.entries[nth]!, [{ file: "x", bytes }]);
    documents.modules();
    documents.giveValues(({ path }) => ({ file: path, bytes }));
    const loaded = loadDocuments(documents, ALL_DETECTORS);
    formatDiagnostics(loaded.source, loaded.diagnostics);
    const outside = loaded.diagnostics
      .flatMap(({ span, related }) => related ? [span, related.span] : [span])
      .find(({ offset }) => !(offset >= 0 && offset < loaded.source.next));
    if (outside === undefined) continue;
    throw new Violation(
      "Config: a place outside the files",
      `${outside.offset}`,
    );
  }
}

/** Both parsers read the same, or both refuse, but for what we refuse more. */
function checkJsonc(bytes: Uint8Array): void {
  const { root, diagnostics } = parseSource("x", bytes);
  let value: unknown;
  let refused: string | null = null;
  try {
    value = parse(new TextDecoder().decode(bytes));
  } catch (error) {
    refused = String(error);
  }
  const [problem] = diagnostics;
  if (problem !== undefined) {
    if (refused !== null || STRICTER.test(problem.message)) return;
    throw new Violation("JSONC: only @std takes it", problem.message);
  }
  if (root === null || refused !== null) {
    throw new Violation("JSONC: @std refuses it", `${refused}`);
  }
  if (!equal(plainValue(root), value)) {
    throw new Violation("JSONC: @std reads otherwise", JSON.stringify(value));
  }
}
