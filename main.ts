/**
 * The passthru program: arguments in, exit code out.
 *
 * @module
 */
import { holdSignals } from "./src/cli/early_signals.ts";

if (import.meta.main) {
  const early = holdSignals();
  // Not a static import: loading takes longer than a signal may wait.
  const { main } = await import("./src/cli/main.ts");
  Deno.exit(await main(Deno.args, undefined, { early }));
}
