/**
 * Detector modules for the control plane.
 *
 * Checking a config and explaining a connection ask a module's detector, in a
 * thread that has more permissions than a module should: so the detector runs in
 * a worker without any, and what stands for it here asks that worker and waits.
 *
 * @module
 */
import type { Detector, Facts } from "../detect/detector.ts";
import { guardedDetector } from "../detect/guarded.ts";
import { freeDescriptors } from "../net/free_descriptors.ts";
import type { ParsedValue, RuleWord } from "../detect/rule_grammar.ts";
import {
  ANSWER_BYTES,
  ANSWER_HEADER_BYTES,
  decodeAnswer,
  type DetectorDescription,
  type SandboxAnswers,
  type SandboxReady,
  type SandboxRequest,
} from "./messages.ts";
import { type DetectorModule, moduleEntry } from "./module_entry.ts";

/** How long a module may take to load, in ms. */
const LOAD_MS = 30_000;
/** Descriptors that a worker takes: without them the whole process would end. */
const DESCRIPTORS = 8;
/** How long a detector may take to answer, in ms. */
const ANSWER_MS = 2_000;

/** A detector module in a sandbox. Must be closed. */
export interface Sandbox {
  /** Stands for the module's detector. */
  readonly detector: Detector;
  /** Ends the sandbox; the detector answers no more. */
  close(): void;
}

/**
 * Loads a detector module into a sandbox.
 *
 * @throws {Error} When it cannot be loaded or holds no detector; the message
 * says why.
 */
export async function openSandbox(module: DetectorModule): Promise<Sandbox> {
  const side = new URL("./sandbox_side.ts", import.meta.url);
  const { pathname } = new URL(module.url);
  if (
    freeDescriptors(decodeURIComponent(pathname), DESCRIPTORS) < DESCRIPTORS
  ) {
    throw new Error("too many open files (raise the limit: ulimit -n)");
  }
  const worker = new Worker(moduleEntry(side, [module]), {
    type: "module",
    name: `detector ${module.name}`,
    deno: { permissions: "none" },
  });
  try {
    const ready = await firstMessage(worker);
    if (ready.kind === "failed") throw new Error(ready.problem);
    const calls = new Calls(worker);
    return {
      detector: standIn(ready.detector, calls),
      close: () => calls.close(),
    };
  } catch (error) {
    worker.terminate();
    throw error;
  }
}

function firstMessage(worker: Worker): Promise<SandboxReady> {
  const { promise, resolve, reject } = Promise.withResolvers<SandboxReady>();
  const timer = setTimeout(
    () => reject(new Error(`it was not loaded within ${LOAD_MS / 1_000} s`)),
    LOAD_MS,
  );
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = (event) => {
    // The worker has ended; without this the process would, too.
    event.preventDefault();
    reject(new Error(event.message));
  };
  return promise.finally(() => clearTimeout(timer));
}

/** Asks a sandbox and waits for the answer. */
class Calls {
  readonly #worker: Worker;
  readonly #answers = new SharedArrayBuffer(ANSWER_HEADER_BYTES + ANSWER_BYTES);
  #closed: string | null = null;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.onerror = (event) => event.preventDefault();
    worker.postMessage(this.#answers);
  }

  ask<K extends SandboxRequest["kind"]>(
    request: SandboxRequest & { readonly kind: K },
  ): SandboxAnswers[K] {
    if (this.#closed !== null) throw new Error(this.#closed);
    const header = new Int32Array(this.#answers, 0, 2);
    Atomics.store(header, 0, 0);
    this.#worker.postMessage(request);
    if (Atomics.wait(header, 0, 0, ANSWER_MS) === "timed-out") {
      this.close(`no answer within ${ANSWER_MS / 1_000} s`);
      throw new Error(this.#closed!);
    }
    const bytes = new Uint8Array(
      this.#answers,
      ANSWER_HEADER_BYTES,
      header[1],
    );
    const text = new TextDecoder().decode(bytes.slice());
    return decodeAnswer(text) as SandboxAnswers[K];
  }

  close(why = "the sandbox is closed"): void {
    this.#closed ??= why;
    this.#worker.terminate();
  }
}

/** A detector that asks the one in the sandbox. */
function standIn(description: DetectorDescription, calls: Calls): Detector {
  const { name, words, ...rest } = description;
  const rules = Object.entries(words).map((
    [word, plain],
  ): [string, RuleWord] => [
    word,
    { ...plain, parse: (value) => parse({ word, value }, calls) },
  ]);
  return guardedDetector(
    name,
    {
      name,
      ...rest,
      rules: Object.fromEntries(rules),
      // A function cannot be sent.
      detect: (view, { isTested: _, ...state }) =>
        calls.ask({ kind: "detect", view, state }),
    } satisfies Detector,
  );
}

function parse(
  condition: { readonly word: string; readonly value: string },
  calls: Calls,
): ParsedValue {
  const answer = calls.ask({ kind: "parse", ...condition });
  if (!answer.ok) return answer;
  const { form, value } = answer;
  const test = (facts: Facts) =>
    calls.ask({ kind: "test", ...condition, facts });
  return { ok: true, matcher: { form, value, test } };
}
