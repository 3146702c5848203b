/** `passthru docker` as a process of its own, beside a passthru that serves. */
import { assertEquals } from "@std/assert";
import { runCli } from "./cli.ts";
import { helloRecord } from "./client_hello.ts";
import { type ConfigFile, configFile } from "./config_file.ts";
import { connectLocal } from "./dialogue.ts";
import { freePorts } from "./free_ports.ts";
import {
  type PassthruProcess,
  ROOT,
  type StartOptions,
  startPassthru,
} from "./process.ts";
import { readAll, textOf, writeAll } from "./tcp.ts";

/** The listener of {@linkcode containerConfig}. */
export const LISTENER = "127.0.0.1:0";

/** Where things are. */
export interface ContainerFiles extends AsyncDisposable {
  readonly config: ConfigFile;
  readonly content: unknown;
  /** The file that is written. */
  readonly out: string;
}

/** What of the config a test says. */
export interface ContainerConfig {
  /** Default: `127.0.0.0/8`. */
  readonly to?: readonly string[];
  readonly names?: readonly string[];
  readonly servers?: unknown;
  /** Whether there is an admin server. Default: `true`. */
  readonly admin?: boolean;
}

/** A config that includes the routes of containers. */
export async function containerConfig(
  { to = ["127.0.0.0/8"], names, servers, admin = true }: ContainerConfig = {},
): Promise<ContainerFiles> {
  const config = await configFile();
  await Deno.mkdir(`${config.folder}/docker.d`);
  const [port] = freePorts(1);
  const content = {
    version: "v1.0.0",
    servers: servers ?? { [LISTENER]: {} },
    ...(admin ? { admin: { listen: `127.0.0.1:${port}` } } : {}),
    include: [{
      files: "docker.d/*.jsonc",
      within: { listeners: [LISTENER], to, ...(names && { names }) },
    }],
  };
  await config.write(content);
  return {
    config,
    content,
    out: `${config.folder}/docker.d/routes.jsonc`,
    [Symbol.asyncDispose]: () => config[Symbol.asyncDispose](),
  };
}

/** The arguments of `passthru docker`, without the config. */
export function dockerArgs(
  { out }: ContainerFiles,
  socket: string,
): readonly string[] {
  return ["--out", out, "--socket", socket];
}

/** Starts `passthru docker` with the permissions that it prints, and no more. */
export async function startDocker(
  files: ContainerFiles,
  socket: string,
  options: StartOptions = {},
): Promise<PassthruProcess> {
  const { config, content } = files;
  const own = dockerArgs(files, socket);
  const { code, stdout, stderr } = await runCli(
    ...["docker", "-c", config.path, ...own, "--scopes"],
  );
  assertEquals(code, 0, stderr);
  return await startPassthru(content, {
    ...options,
    file: config.path,
    program: [
      ...["run", "--no-prompt", ...stdout.trim().split(" ")],
      ...[`${ROOT}main.ts`, "docker"],
    ],
    args: [...own, ...(options.args ?? [])],
  });
}

/** The name of what answers a TLS client that asks for a host; empty: nobody. */
export async function askFor(port: number, sni: string): Promise<string> {
  const conn = await connectLocal(port);
  try {
    await writeAll(conn, helloRecord({ sni }));
    await conn.closeWrite();
    return /^(\w+):/.exec(textOf(await readAll(conn)))?.[1] ?? "";
  } catch {
    return "";
  } finally {
    conn.close();
  }
}
