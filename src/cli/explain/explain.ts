/**
 * `passthru explain`: why does a connection go where it goes?
 *
 * @module
 */
import { didYouMean } from "../../config/diagnostics.ts";
import { DEFAULTS, type ListenerPlan } from "../../config/plan.ts";
import { BUILTINS } from "../../detect/builtins.ts";
import { DATAGRAM_BUILTINS } from "../../detect/datagram_builtins.ts";
import {
  detectorsContext,
  type ExplainContext,
  listenerContext,
} from "../../explain/context.ts";
import { explainFlow } from "../../explain/explain_flow.ts";
import { explanationText } from "../../explain/explanation_text.ts";
import type { Flow } from "../../explain/flow.ts";
import { toJsonLine } from "../../explain/record.ts";
import { escapeUnprintable } from "../../observe/log.ts";
import { ExitCode } from "../exit_code.ts";
import { flowsOf, inputOf } from "./input.ts";
import { originOf } from "./origin.ts";
import { listenForFlows } from "./listen.ts";
import { type Command, type ParsedArguments, UsageError } from "../command.ts";
import type { Output } from "../output.ts";
import { parseOverrides } from "../overrides.ts";
import { type LoadedConfig, readConfig } from "../read_config.ts";
import { EXPLAIN_SPEC } from "./spec.ts";

/** Runs the command. @returns The exit code. */
export async function explain(
  { values }: ParsedArguments,
  output: Output,
): Promise<number> {
  const input = inputOf(values);
  checkUse(values);
  const { detectTimeoutMs } = await parseOverrides(values);
  using stack = new DisposableStack();
  const origin = originOf(values);
  let plan: ListenerPlan | null = null;
  let context = detectorsContext(BUILTINS, DATAGRAM_BUILTINS);
  if (values.has("config")) {
    // A config whose expectations fail is what one wants explained.
    const config = stack.use(
      await readConfig(values.get("config"), output, { expect: false }),
    );
    if (config === null) return ExitCode.config;
    plan = serverOf(config, values.get("server"));
    context = listenerContext(plan, config.registry);
  }
  const print = printer(context, values.has("json"), output);
  // Bytes alone, and a sample, are for the server that is asked.
  const isBare = input.kind !== "pcap" && input.kind !== "jsonl";
  const udp = isBare && plan?.transport === "udp" ? { transport: "udp" } : {};
  const onFlow = (flow: Flow) => print({ ...flow, ...udp, ...origin });
  const onNote = (text: string) => output.err(escapeUnprintable(text) + "\n");
  if (input.kind === "listen") {
    const timeoutMs = detectTimeoutMs ?? (plan ?? DEFAULTS).detectTimeoutMs;
    const silentAfterMs = plan?.silentAfterMs ?? timeoutMs;
    await listenForFlows(input.value, {
      context,
      detectTimeoutMs: timeoutMs,
      silence: { silentAfterMs },
      onFlow,
      onNote,
    });
  } else {
    const transport = plan?.transport ?? "tcp";
    for await (const flow of flowsOf(input, onNote, transport)) onFlow(flow);
  }
  return ExitCode.ok;
}

/** @throws {UsageError} For options that would change nothing. */
function checkUse(values: ReadonlyMap<string, string>): void {
  const problems: string[] = [];
  for (
    const [option, needed] of [
      ["server", "config"],
      ["from", "config"],
      ["at", "config"],
      ["time", "config"],
      ["detect-timeout", "listen"],
    ] as const
  ) {
    if (values.has(option) && !values.has(needed)) {
      problems.push(`Option "--${option}" needs "--${needed}"`);
    }
  }
  if (problems.length > 0) throw new UsageError(problems);
}

/** The server that explains: the one that is named, else the only one. */
function serverOf({ plan }: LoadedConfig, name?: string): ListenerPlan {
  const names = plan.listeners.map(({ address }) => address.text);
  const index = name === undefined && names.length === 1
    ? 0
    : names.findIndex((known) => known === name);
  const server = plan.listeners[index];
  if (server !== undefined) return server;
  throw new UsageError([
    name === undefined
      ? `The config has ${names.length} servers: expected --server and one of ${
        names.join(", ")
      }`
      : `Unknown server "${name}": expected one of ${names.join(", ")}${
        didYouMean(name, names)
      }`,
  ]);
}

/** Prints each connection with its explanation. */
function printer(
  context: ExplainContext,
  json: boolean,
  output: Output,
): (flow: Flow) => void {
  let separator = "";
  return (flow) => {
    const explanation = explainFlow(flow, context);
    if (json) output.out(toJsonLine(explanation));
    else output.out(separator + explanationText(explanation));
    separator = "\n";
  };
}

/** `passthru explain`. */
export const EXPLAIN_COMMAND: Command = { ...EXPLAIN_SPEC, run: explain };
