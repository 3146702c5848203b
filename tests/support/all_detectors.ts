/** All built-in detectors, for TCP and for datagrams. */
import { ALL_BUILTINS } from "../../src/detect/all_builtins.ts";
import { Registry } from "../../src/detect/registry.ts";

/** Detectors that configs of tests may name. No test adds one. */
export const ALL_DETECTORS: Registry = new Registry(ALL_BUILTINS);
