/** A real HAProxy in front of passthru or behind it. */
import { startDaemon, startOnFreePorts, tempFolder } from "./daemon.ts";

/** A section of HAProxy's config that listens on one port. */
export interface HaproxyListener {
  readonly name: string;
  /** What follows the address in `bind`, such as `accept-proxy`. */
  readonly bind?: string;
  /** The other lines of the section. */
  readonly lines: readonly string[];
}

/** A running HAProxy. */
export interface Haproxy extends AsyncDisposable {
  /** Port of a section on 127.0.0.1. */
  port(name: string): number;
  /** `127.0.0.1:port` of a section. */
  address(name: string): string;
}

/** A section that answers every request with what HAProxy knows of its client. */
export function answering(
  name: string,
  bind: string,
  answer: string,
): HaproxyListener {
  return {
    name,
    bind,
    lines: [
      "mode http",
      `http-request return status 200 content-type text/plain lf-string "${answer}"`,
    ],
  };
}

/** A section that passes connections on to a port of 127.0.0.1. */
export function passingTo(
  name: string,
  port: number,
  server: string,
  more: { readonly bind?: string; readonly lines?: readonly string[] } = {},
): HaproxyListener {
  return {
    name,
    ...(more.bind === undefined ? {} : { bind: more.bind }),
    lines: [
      "mode tcp",
      ...more.lines ?? [],
      `server next 127.0.0.1:${port} ${server}`,
    ],
  };
}

/** Certificate and key in one file, as HAProxy wants them; gives the file. */
export async function combinedPem(
  { file, keyFile }: { readonly file: string; readonly keyFile: string },
  folder: string,
): Promise<string> {
  const pem = `${folder}/combined.pem`;
  const parts = [file, keyFile].map((part) => Deno.readTextFile(part));
  await Deno.writeTextFile(pem, (await Promise.all(parts)).join(""));
  return pem;
}

/** Starts HAProxy with some sections, each on a port of its own. */
export function startHaproxy(
  listeners: readonly HaproxyListener[],
): Promise<Haproxy> {
  return startOnFreePorts(listeners.length, (ports) => start(listeners, ports));
}

async function start(
  listeners: readonly HaproxyListener[],
  ports: readonly number[],
): Promise<Haproxy> {
  await using stack = new AsyncDisposableStack();
  const { path } = stack.use(await tempFolder());
  const file = `${path}/haproxy.cfg`;
  await Deno.writeTextFile(file, configText(listeners, ports));
  stack.use(
    await startDaemon({ program: "haproxy", args: ["-db", "-f", file], ports }),
  );
  const kept = stack.move();
  const port = (name: string) =>
    ports[listeners.findIndex((listener) => listener.name === name)]!;
  return {
    port,
    address: (name) => `127.0.0.1:${port(name)}`,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** One process in the foreground, which logs nothing. */
function configText(
  listeners: readonly HaproxyListener[],
  ports: readonly number[],
): string {
  const sections = listeners.map(({ name, bind = "", lines }, index) => `
listen ${name}
  bind 127.0.0.1:${ports[index]!} ${bind}
${lines.map((line) => `  ${line}`).join("\n")}
`);
  return `
global
  nbthread 1
defaults
  timeout connect 10s
  timeout client 30s
  timeout server 30s
${sections.join("")}`;
}
