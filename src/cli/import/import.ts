/**
 * `passthru import`: a config out of the file of another program.
 *
 * What imports is loaded by the command alone, so that others start as fast
 * without it.
 *
 * @module
 */
import { FORMATS } from "../../import/importer.ts";
import type { Command } from "../command.ts";
import { HELP } from "../shared_options.ts";

/** `passthru import`. */
export const IMPORT_COMMAND: Command = {
  name: "import",
  summary:
    "Write a config from a file of sslh, nginx, HAProxy, Caddy or Traefik",
  argument: "FILE",
  details: [
    "Reads a config of sslh (libconfig, or a command line), of nginx's stream module, of HAProxy, of Caddy's layer 4 app (JSON) or of Traefik's file provider (TCP and UDP) and writes a config for passthru to standard output. \"-\" reads standard input.",
    "What passthru does not have, or does in another way, becomes a comment at its place and a line on standard error. Nothing is left out without such a note.",
    "The result is checked like any config; its warnings are printed. Exits with 0, or with 78 if the file cannot be imported: then all errors are printed with their places, and nothing is written.",
    "Files that FILE includes are read only if they are in the folder of FILE, or in the folder given with --root.",
  ],
  options: [
    {
      long: "out",
      short: "o",
      value: "PATH",
      help: "Write the config to this file, which must not exist yet",
    },
    {
      long: "format",
      value: "FORMAT",
      words: FORMATS,
      help: "Format of FILE (default: recognised by content and name)",
    },
    {
      long: "root",
      value: "DIR",
      help: "Also read included files in this folder and below",
    },
    {
      long: "entrypoint",
      value: "NAME=ADDRESS",
      help: "Address of an entry point of Traefik; several by comma",
    },
    HELP,
  ],
  examples: [
    ["import /etc/nginx/nginx.conf -o passthru.jsonc", "write a new config"],
    ["import /etc/default/sslh", "show what a command line of sslh becomes"],
  ],
  run: async (parsed, output) => {
    const { runImport } = await import("./run_import.ts");
    return await runImport(parsed, output);
  },
};
