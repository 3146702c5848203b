/**
 * Where inputs begin: the corpus of real connections, the openings of new
 * clients, and what the tests show the detectors.
 *
 * @module
 */
import { BUILTINS } from "../../src/detect/builtins.ts";
import { DATAGRAM_BUILTINS } from "../../src/detect/datagram_builtins.ts";
import type { Datagrams } from "../../src/detect/detector.ts";
import {
  bytesOf,
  CORPUS,
  isCorpusPresent,
  readCorpus,
  segmentsOf,
} from "../accuracy/corpus.ts";
import { readOpenings } from "../accuracy/openings.ts";
import { oddHellos } from "../support/odd_hellos.ts";
import { OPENINGS } from "../support/openings.ts";
import { concat } from "../support/tcp.ts";
import type { Input } from "./input.ts";

/** Inputs of both transports. */
export interface Seeds {
  /** One part each. */
  readonly tcp: readonly Input[];
  /** A part for each datagram. */
  readonly udp: readonly Input[];
  /** What is absent, for people. */
  readonly absent: readonly string[];
}

/** Tests of samples, by their names in `src/testing/`. */
const SAMPLE_TEST = /: (?:matches|says no to|says malformed for) /;

/** Gathers all seeds that are there. */
export async function readSeeds(): Promise<Seeds> {
  const tcp = [...Object.values(OPENINGS), ...[...oddHellos()].map(bytes)];
  const udp: Datagrams[] = [];
  const absent: string[] = [];
  await recordSamples(tcp, udp);
  if (await isCorpusPresent()) {
    tcp.push(...(await readCorpus(CORPUS)).map(bytesOf));
    udp.push(...(await readCorpus(CORPUS, "udp")).map(segmentsOf));
  } else absent.push("the corpus is not there");
  const openings = await readOpenings();
  if (openings === null) absent.push("the openings of clients are not there");
  for (const { segments } of openings ?? []) {
    tcp.push(concat(segments.map((text) => Uint8Array.fromBase64(text))));
  }
  return {
    tcp: tcp.map((bytes) => [bytes]),
    udp: udp.filter((flow) => flow.length > 0),
    absent,
  };
}

function bytes({ bytes }: { readonly bytes: Uint8Array }): Uint8Array {
  return bytes;
}

/**
 * Runs the tests of the detectors' samples and keeps what the detectors are
 * shown, so that a sample is written once and where it belongs.
 */
async function recordSamples(
  tcp: Uint8Array[],
  udp: Datagrams[],
): Promise<void> {
  const tests = [
    ...await sampleTests(new URL("../detect/protocols/", import.meta.url)),
    ...await sampleTests(new URL("../detect/datagrams/", import.meta.url)),
  ];
  const restore = [
    ...BUILTINS.map((each) => record(each, (view) => tcp.push(view.slice()))),
    ...DATAGRAM_BUILTINS.map((each) =>
      record(each, (flow) => udp.push(flow.map((part) => part.slice())))
    ),
  ];
  try {
    for (const test of tests) test();
  } finally {
    for (const undo of restore) undo();
  }
}

/** What a folder's test files register for samples, not registered here. */
async function sampleTests(folder: URL): Promise<(() => void)[]> {
  const found: (() => void)[] = [];
  const original = Object.getOwnPropertyDescriptor(Deno, "test")!;
  const register = (name: unknown, fn: unknown) => {
    const isSample = typeof name === "string" && SAMPLE_TEST.test(name);
    if (isSample && typeof fn === "function") found.push(fn as () => void);
  };
  Object.defineProperty(Deno, "test", { ...original, value: register });
  try {
    for await (const { name } of Deno.readDir(folder)) {
      if (name.endsWith("_test.ts")) await import(new URL(name, folder).href);
    }
  } finally {
    Object.defineProperty(Deno, "test", original);
  }
  return found;
}

/** Hears what a detector is shown. @returns What ends that. */
function record<View, Answer>(
  detector: { detect(view: View, state: never): Answer },
  hear: (view: View) => void,
): () => void {
  const { detect } = detector;
  detector.detect = function (view, state) {
    hear(view);
    return detect.call(this, view, state);
  };
  return () => detector.detect = detect;
}
