/** Clients of the demo's services: programs that users have, and raw TCP. */

import { assertEquals } from "@std/assert";
import { createConnection } from "node:net";
import type { DemoCertificate } from "../../src/demo/certificates.ts";
import {
  type DemoServices,
  startDemoServices,
} from "../../src/demo/services.ts";
import { run as runProgram } from "../support/programs.ts";
import {
  bytesOf,
  readAll,
  readExactly,
  textOf,
  writeAll,
} from "../support/tcp.ts";

/** Runs the body against running services and closes them. */
export async function withServices(
  body: (services: DemoServices) => Promise<void>,
): Promise<void> {
  const services = startDemoServices();
  try {
    await body(services);
  } finally {
    await services.close();
  }
}

/** The port of `127.0.0.1:port`. */
export function portOf(address: string): number {
  return Number(address.slice(address.lastIndexOf(":") + 1));
}

/** Connects to `127.0.0.1:port`. */
export function connect(address: string): Promise<Deno.TcpConn> {
  return Deno.connect({ hostname: "127.0.0.1", port: portOf(address) });
}

/** Runs a program to its end. */
export async function run(
  program: string,
  ...args: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, text, stderr } = await runProgram(program, args);
  return { code, stdout: text, stderr };
}

/** What curl prints: the body, then the HTTP version. */
export async function curl(url: string, ...args: string[]): Promise<string> {
  const common = ["-sS", "--noproxy", "*", "-w", "%{http_version}"];
  const { code, stdout, stderr } = await run("curl", ...common, ...args, url);
  assertEquals(code, 0, stderr);
  return stdout;
}

/** curl to a TLS site by its name. */
export function curlSite(
  name: string,
  address: string,
  version: string,
): Promise<string> {
  const port = portOf(address);
  const resolve = `${name}:${port}:127.0.0.1`;
  return curl(`https://${name}:${port}/`, "-k", version, "--resolve", resolve);
}

/** Sends a text. */
export function send(conn: Deno.Conn, text: string): Promise<void> {
  return writeAll(conn, bytesOf(text));
}

/** Reads as many bytes as the expected text has. */
export async function expectText(
  conn: Deno.Conn,
  expected: string,
): Promise<void> {
  assertEquals(textOf(await readExactly(conn, expected.length)), expected);
}

/** Sends all, half-closes, and returns all that came. */
export async function exchange(address: string, text: string): Promise<string> {
  using conn = await connect(address);
  await send(conn, text);
  await conn.closeWrite();
  return textOf(await readAll(conn));
}

/** Connects, says something and resets once the service has spoken. */
export function resetAfterGreeting(address: string): Promise<void> {
  const socket = createConnection(portOf(address), "127.0.0.1");
  socket.write("SSH-2.0-me\r\nmore\r\n");
  socket.once("data", () => socket.resetAndDestroy());
  return new Promise((resolve) => socket.once("close", () => resolve()));
}

/** Connects to a TLS site and checks its certificate and name. */
export async function connectSite(
  address: string,
  site: DemoCertificate,
): Promise<Deno.TlsConn> {
  const conn = await Deno.startTls(await connect(address), {
    hostname: site.name,
    caCerts: [site.cert],
    alpnProtocols: ["http/1.1"],
  });
  await conn.handshake();
  return conn;
}
