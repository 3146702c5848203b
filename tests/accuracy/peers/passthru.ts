/** passthru itself, run the way users run it, with all its detectors. */
import { BUILTINS } from "../../../src/detect/builtins.ts";
import { PASSTHRU as COMMAND, ROOT } from "../../support/process.ts";
import { Destinations } from "./destinations.ts";
import { type Multiplexer, type Setup, WAIT_S } from "./peer.ts";

const NAMES = BUILTINS.map(({ name }) => name);

/** passthru of this checkout. */
export const PASSTHRU: Multiplexer = {
  name: "passthru",
  program: Deno.execPath(),
  versionArgs: ["run", `${ROOT}main.ts`, "--version"],
  claims: { protocols: NAMES, sni: true, host: true },
  run: (setup) => {
    const args = ["-c", `${setup.folder}/passthru.json`, "--log-level"];
    return {
      files: { "passthru.json": JSON.stringify(config(setup)) },
      commands: [[Deno.execPath(), ...COMMAND, ...args, "error"]],
    };
  },
};

function config({ destinations, lanes, snis, hosts }: Setup): unknown {
  const servers = lanes.map(({ port, to }) => {
    const forward = (address: string) => ({
      action: "FORWARD",
      to_addr: `${address}:${to}`,
    });
    const rules = (protocol: string, rule: string, names: readonly string[]) =>
      names.map((name) => [
        `${rule} ${name}`,
        forward(destinations.address(protocol, name)),
      ]);
    const protocols = NAMES.map((name) => [
      name,
      Object.fromEntries([
        ...name === "TLS" ? rules(name, "SNI", snis) : [],
        ...name === "HTTP" ? rules(name, "HOST", hosts) : [],
        ["CATCHALL", forward(destinations.address(name))],
      ]),
    ]);
    return [`127.0.0.1:${port}`, {
      ...Object.fromEntries(protocols),
      CATCHALL: { CATCHALL: forward(Destinations.REST) },
    }];
  });
  return {
    version: "v1.0.0",
    defaults: { detect_timeout: `${WAIT_S}s` },
    servers: Object.fromEntries(servers),
  };
}
