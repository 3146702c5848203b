/**
 * All commands: the one table that parsing, help, completions and the man page
 * are made from.
 *
 * @module
 */
import { CHECK_COMMAND } from "./check/check.ts";
import type { Command } from "./command.ts";
import { COMPLETIONS_COMMAND } from "./completions/completions.ts";
import { DETECTORS_COMMAND } from "./detectors/detectors.ts";
import { DOCKER_COMMAND } from "./docker/docker.ts";
import { EXPLAIN_COMMAND } from "./explain/explain.ts";
import { HEALTHCHECK_COMMAND } from "./healthcheck.ts";
import { HELP_COMMAND } from "./help.ts";
import { IMPORT_COMMAND } from "./import/import.ts";
import { MAN_COMMAND } from "./man/man.ts";
import { RELOAD_COMMAND } from "./reload.ts";
import { RUN_COMMAND } from "./run/run.ts";
import { SCHEMA_COMMAND } from "./schema.ts";
import { SCOPES_COMMAND } from "./scopes/scopes.ts";
import { STATUS_COMMAND } from "./status/status.ts";
import { TOP_COMMAND } from "./top/top.ts";
import { VERSION_COMMAND } from "./version.ts";

/** In the order of the help; the first is the one that needs no name. */
export const COMMANDS: readonly Command[] = [
  RUN_COMMAND,
  CHECK_COMMAND,
  SCOPES_COMMAND,
  EXPLAIN_COMMAND,
  IMPORT_COMMAND,
  DETECTORS_COMMAND,
  STATUS_COMMAND,
  TOP_COMMAND,
  RELOAD_COMMAND,
  DOCKER_COMMAND,
  HEALTHCHECK_COMMAND,
  SCHEMA_COMMAND,
  COMPLETIONS_COMMAND,
  MAN_COMMAND,
  HELP_COMMAND,
  VERSION_COMMAND,
];
