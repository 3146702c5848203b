/**
 * `passthru run`: serve connections until a signal says stop.
 *
 * @module
 */
import type { Command, ParsedArguments } from "../command.ts";
import { ExitCode } from "../exit_code.ts";
import { isolationOf } from "../isolation.ts";
import type { Output } from "../output.ts";
import { applyOverrides, parseOverrides } from "../overrides.ts";
import { readConfig } from "../read_config.ts";
import { startEarly } from "./early_start.ts";
import { stopsOnHangup } from "./hangup.ts";
import { lacksOf } from "./refused_files.ts";
import { listenForSignals } from "./signals.ts";
import { RUN_SPEC } from "./spec.ts";
import { watchOf } from "./watch_option.ts";

/** A file that can always be opened. */
const NOTHING = "/dev/null";

/** Runs the command. @returns The exit code. */
export async function run(
  { values }: ParsedArguments,
  output: Output,
): Promise<number> {
  const overrides = await parseOverrides(values);
  const isolation = isolationOf(values.get("isolation"));
  const hangupStops = stopsOnHangup(values.get("on-hangup"));
  // Before anything that takes time: a reload may be asked for at once.
  const signals = listenForSignals({ hangupStops });
  const file = values.get("config") ?? "";
  const watch = await watchOf(values, signals.requestReload);
  try {
    // Before it is read, so that no change is missed.
    await watch?.start();
    const lacks = lacksOf({ file, overrides });
    const how = { named: true, onPlaces: watch?.reading, lacks };
    const config = await Promise.race([
      readConfig(values.get("config"), output, how),
      signals.stop,
    ]);
    if (config === null) return ExitCode.config;
    if (typeof config === "string") return ExitCode.ok;
    config[Symbol.dispose]();
    const plan = applyOverrides(config.plan, overrides);
    const readable = await openable(file);
    using early = startEarly(plan, { isolation, readable });
    // Loaded while the worker loads.
    const { serve } = await import("./serve.ts");
    const about = { file, readable, overrides, isolation, signals, watch };
    return await serve({ ...config, plan }, { ...about, early }, output);
  } finally {
    watch?.stop();
    signals.dispose();
  }
}

/** A file to open again and again, to count descriptors: one that is read anyhow. */
async function openable(config: string): Promise<string> {
  if (config === "-") return NOTHING;
  // To open a FIFO waits for who writes to it.
  const info = await Deno.stat(config).catch(() => null);
  return info?.isFile ? config : NOTHING;
}

/** `passthru run`. */
export const RUN_COMMAND: Command = { ...RUN_SPEC, run };
