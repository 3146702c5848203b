/** The measures that a bench knows. */
import type { Measure } from "../figures.ts";
import { BULK } from "./bulk.ts";
import { COLD_START } from "./cold_start.ts";
import { FLOODS } from "./floods.ts";
import { IDLE_MEMORY } from "./idle_memory.ts";
import { KEPT_ALIVE } from "./kept_alive.ts";
import { LATENCY } from "./latency.ts";
import { MEMORY_GROWTH } from "./memory_growth.ts";
import { NEW_CONNECTIONS } from "./new_connections.ts";
import { PROCESS_MEMORY } from "./process_memory.ts";
import { RELOAD } from "./reload.ts";
import { RESTED_MEMORY } from "./rested_memory.ts";
import { SCALE } from "./scale.ts";
import { SECOND_WORKER } from "./second_worker.ts";
import { SNI_RULES } from "./sni_rules.ts";

/** All measures, in the order in which they are made. */
export const MEASURES: readonly Measure[] = [
  BULK,
  NEW_CONNECTIONS,
  KEPT_ALIVE,
  LATENCY,
  FLOODS,
  IDLE_MEMORY,
  COLD_START,
  PROCESS_MEMORY,
  SECOND_WORKER,
  SCALE,
  SNI_RULES,
  RELOAD,
  MEMORY_GROWTH,
  RESTED_MEMORY,
];

/** Those that are made only when they are asked for: they take long. */
export const ON_DEMAND: readonly string[] = [
  FLOODS.name,
  MEMORY_GROWTH.name,
  RESTED_MEMORY.name,
];
