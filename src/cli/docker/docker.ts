/**
 * `passthru docker`: routes from the labels of containers.
 *
 * What it needs is loaded by the command alone, so that others start as fast
 * without it.
 *
 * @module
 */
import type { Command } from "../command.ts";
import { CONFIG, HELP, LOG_OPTIONS } from "../shared_options.ts";
import { DEFAULT_SOCKET } from "./docker_options.ts";

/** `passthru docker`. */
export const DOCKER_COMMAND: Command = {
  name: "docker",
  summary: "Write routes from the labels of containers to an included file",
  details: [
    'Watches a container engine (Docker or Podman) by its Unix socket, and writes the routes that the labels of running containers ask for into a file that the config includes with "within", which bounds what containers may have. Then it asks the running passthru to reload, if the config has "admin"; without it, run passthru with --watch.',
    "A container asks for a route with a label such as passthru.rule=TLS SNI app.example.com. Other labels: passthru.port, passthru.listen, passthru.network, passthru.protocol, passthru.send_proxy, passthru.group, passthru.enable; passthru.NAME.rule and so on for several routes.",
    "A host belongs to the oldest container that asks for it. Containers of one compose service, or of one passthru.group, share a rule. Containers that are starting or unhealthy get no new connections.",
    "SIGHUP reads the config again. Exits with 78 if the config is invalid or does not include the file with bounds.",
  ],
  options: [
    { ...CONFIG, help: "Config file that includes the file of routes" },
    {
      long: "out",
      short: "o",
      value: "FILE",
      help: "File to write, in a folder that passthru docker may write to",
    },
    {
      long: "socket",
      value: "PATH",
      help: `Socket of the engine (default ${DEFAULT_SOCKET})`,
    },
    {
      long: "admin",
      value: "ADDR",
      help: "Admin address to ask for reloads (default: that of the config)",
    },
    {
      long: "token-file",
      value: "FILE",
      help: "File with the admin token (default: that of the config)",
    },
    { long: "once", help: "Write the file once, reload and exit" },
    { long: "scopes", help: "Print the Deno permissions that it needs" },
    {
      long: "systemd",
      help: "Print a hardened systemd unit with these permissions",
    },
    ...LOG_OPTIONS,
    HELP,
  ],
  examples: [
    [
      "docker -c passthru.jsonc --out docker.d/routes.jsonc",
      "routes of Docker's containers",
    ],
    [
      "docker -c passthru.jsonc --out docker.d/routes.jsonc --socket /run/podman/podman.sock",
      "routes of Podman's containers",
    ],
  ],
  run: async (parsed, output) => {
    const { runDocker } = await import("./run_docker.ts");
    return await runDocker(parsed, output);
  },
};
