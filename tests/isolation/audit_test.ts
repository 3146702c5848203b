/** What the program asks of the runtime while it serves: its scopes, no more. */
import { assert, assertEquals } from "@std/assert";
import { helloRecord } from "../support/client_hello.ts";
import { configFile, reload } from "../support/config_file.ts";
import { connectLocal, expectEnd, expectText } from "../support/dialogue.ts";
import { freePorts } from "../support/free_ports.ts";
import { ask } from "../support/load.ts";
import { forwardTo } from "../support/passthru.ts";
import { ROOT, runPassthru, startPassthru } from "../support/process.ts";
import { namedEcho, type Service, service } from "../support/services.ts";
import { bytesOf, writeAll } from "../support/tcp.ts";
import { within } from "../support/wait.ts";

/** What `passthru scopes --json` prints. */
interface Scopes {
  readonly net: string[];
  readonly read: string[];
}

/** A line of the runtime's own record. */
interface Audited {
  readonly permission: string;
  readonly value: string | null;
}

const WORKERS = 2;

/** Nothing listens there: a reserved port that is not assigned. */
const DEAD_PORT = 1023;

async function auditOf(file: string): Promise<Audited[]> {
  const text = await Deno.readTextFile(file);
  return text.trim().split("\n").map((line) => {
    const { permission, value } = JSON.parse(line);
    return { permission, value };
  });
}

async function scopesOf(file: string): Promise<Scopes> {
  const { code, stdout, stderr } = await runPassthru(
    ["scopes", "--json", "-c", file],
  );
  assertEquals(code, 0, stderr);
  return JSON.parse(stdout);
}

/**
 * What the runtime records for a program that does nothing but read a file:
 * under `--allow-read` for all files it notes `write` of the file too, which
 * neither that program nor passthru has or asks for.
 */
async function auditOfReading(
  folder: string,
  file: string,
): Promise<Audited[]> {
  const script = `${folder}/read.js`;
  const audit = `${folder}/read.audit`;
  await Deno.writeTextFile(script, "await Deno.readFile(Deno.args[0]);");
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--allow-read", script, file],
    env: { DENO_AUDIT_PERMISSIONS: audit },
  }).output();
  assert(success);
  return await auditOf(audit);
}

/** One client of each kind; all that is served must have been served. */
async function visit(port: number, host = "127.0.0.1"): Promise<void> {
  const silent = await connectLocal(port, host);
  const refused = await connectLocal(port, host);
  await writeAll(refused, bytesOf("neither this nor that"));
  await expectEnd(refused);
  refused.close();
  assertEquals(await ask(port, "SSH-2.0-test\r\n", host), "ssh");
  assertEquals(
    await ask(port, "GET / HTTP/1.1\r\nHost: a\r\n\r\n", host),
    "http",
  );
  const hello = helloRecord({ sni: "a.example" });
  const tls = await connectLocal(port, host);
  await writeAll(tls, hello);
  await tls.closeWrite();
  await expectText(tls, "tls:");
  tls.close();
  await expectText(silent, "welcome");
  silent.close();
}

/** A config with these listeners, each with the same routes. */
function configOf(
  keys: readonly string[],
  targets: Readonly<Record<"tls" | "http" | "ssh" | "silent", Service>>,
  more: Readonly<Record<string, unknown>> = {},
): unknown {
  const { tls, http, ssh, silent } = targets;
  const server = {
    options: { detect_timeout: "150ms" },
    TLS: forwardTo(tls.address),
    HTTP: forwardTo(`localhost:${http.port}`),
    SSH: forwardTo(ssh.address),
    SILENT: forwardTo(silent.address),
    CATCHALL: forwardTo(`127.0.0.1:${DEAD_PORT}`),
  };
  const servers = Object.fromEntries(keys.map((key) => [key, server]));
  return {
    version: "v1.0.0",
    workers: WORKERS,
    servers: { ...servers, ...more },
  };
}

/** Addresses in the record that no config has. */
function foreignAddresses(
  audit: readonly Audited[],
  generations: readonly Scopes[],
): Audited[] {
  const known = new Set(generations.flatMap(({ net }) => net));
  return audit.filter(({ permission, value }) =>
    permission === "net" && value !== null && !known.has(value)
  );
}

/** Addresses of the configs that are not in the record. */
function neverAsked(
  audit: readonly Audited[],
  generations: readonly Scopes[],
): string[] {
  const asked = new Set(audit.map(({ value }) => value));
  const known = new Set(generations.flatMap(({ net }) => net));
  return [...known].filter((scope) => !asked.has(scope));
}

/**
 * Checks how often all addresses at once were asked for (`null`). The runtime
 * asks that when it compares a scope of a new worker with a parent that has all,
 * and there is no other reason to.
 */
function assertUnscoped(
  audit: readonly Audited[],
  generations: readonly Scopes[],
): void {
  const asked = audit.filter(({ permission, value }) =>
    permission === "net" && value === null
  );
  const compared = generations.reduce((sum, { net }) => sum + net.length, 0);
  // Workers know which of two addresses a listener on all of them has.
  // One more worker holds the listening sockets.
  const most = compared * (WORKERS + 1);
  assert(asked.length <= most, `${asked.length} times`);
}

/** What is in the record beside addresses, and is not what it must be. */
function otherThings(
  audit: readonly Audited[],
  expected: readonly Audited[],
): Audited[] {
  const texts = expected.map((entry) => JSON.stringify(entry));
  // Workers load their modules with the permissions of the parent.
  const modules = `file://${ROOT}src/`;
  return audit.filter((entry) =>
    entry.permission !== "net" && !texts.includes(JSON.stringify(entry)) &&
    !(entry.permission === "read" && entry.value?.startsWith(modules))
  );
}

Deno.test("audit: the program asks for the scopes of its configs, for all of them and no more", async () => {
  await using tls = namedEcho("tls");
  await using http = namedEcho("http");
  await using ssh = namedEcho("ssh");
  await using later = namedEcho("later");
  await using silent = service((conn) => writeAll(conn, bytesOf("welcome")));
  const [v4, v6, all, name, added] = freePorts(5) as [number, ...number[]];
  const keys = [
    `127.0.0.1:${v4}`,
    `[::1]:${v6}`,
    `:${all}`,
    `localhost:${name}`,
  ];
  const targets = { tls, http, ssh, silent };
  const before = configOf(keys, targets);
  await using file = await configFile(before);
  const generations = [await scopesOf(file.path)];
  const audit = `${file.folder}/audit`;
  await using passthru = await startPassthru(before, {
    file: file.path,
    env: { DENO_AUDIT_PERMISSIONS: audit },
  });
  await Promise.all([visit(v4), visit(v6!, "::1"), visit(all!), visit(name!)]);
  const after = configOf(keys, targets, {
    [`0.0.0.0:${added}`]: { CATCHALL: forwardTo(later.address) },
  });
  const line = await reload(passthru, file, after);
  assertEquals(line["msg"], "reloaded");
  generations.push(await scopesOf(file.path));
  assertEquals(await ask(added!, "x"), "later");
  await visit(v4);
  passthru.kill("SIGTERM");
  assertEquals(await within("the end", passthru.exit), 0);
  const record = await auditOf(audit);
  assertEquals(foreignAddresses(record, generations), []);
  // All interfaces are IPv6 with IPv4 on this machine, and not IPv4 alone.
  assertEquals(neverAsked(record, generations), [`0.0.0.0:${all}`]);
  assertUnscoped(record, generations);
  const reading = await auditOfReading(file.folder, file.path);
  assertEquals(otherThings(record, reading), []);
});
