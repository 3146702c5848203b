/** passthru runs under exactly the permissions that `passthru scopes` prints. */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { type ConfigFile, configFile } from "../support/config_file.ts";
import { freePorts } from "../support/free_ports.ts";
import { ask } from "../support/load.ts";
import { forwardTo } from "../support/passthru.ts";
import { type PassthruProcess, ROOT, runPassthru } from "../support/process.ts";
import { printedScopes, scopesOf, startScoped } from "../support/scoped.ts";
import { namedEcho, type Service } from "../support/services.ts";

/** The targets of {@linkcode everyForm}, each under an HTTP host of its own. */
const HOSTS = ["ipv4", "ipv6", "name", "upper", "dot"] as const;

/** A config that has every form of address, with the port of each listener. */
interface EveryForm {
  readonly config: unknown;
  /** Where to connect, by the listener as the config spells it. */
  readonly listeners: readonly { text: string; host: string; port: number }[];
  readonly targets: Readonly<Record<typeof HOSTS[number], string>>;
}

function everyForm(four: Service, six: Service): EveryForm {
  const [a, b, c, d, e] = freePorts(5) as [number, ...number[]];
  const targets = {
    ipv4: four.address,
    ipv6: six.address,
    name: `localhost:${four.port}`,
    upper: `LocalHost:${four.port}`,
    dot: `localhost.:${four.port}`,
  };
  const rules = HOSTS.map((host) => [`HOST ${host}.test`, {
    action: "FORWARD",
    to_addr: targets[host],
  }]);
  const server = { HTTP: Object.fromEntries(rules) };
  const listeners = [
    { text: `127.0.0.1:${a}`, host: "127.0.0.1", port: a },
    { text: `[::1]:${b}`, host: "::1", port: b! },
    { text: `:${c}`, host: "127.0.0.1", port: c! },
    { text: `:${c}`, host: "::1", port: c! },
    { text: `0.0.0.0:${d}`, host: "127.0.0.1", port: d! },
    { text: `localhost:${e}`, host: "127.0.0.1", port: e! },
  ];
  const servers = Object.fromEntries(
    listeners.map(({ text }) => [text, server]),
  );
  return { config: { version: "v1.0.0", servers }, listeners, targets };
}

function request(host: string): string {
  return `GET / HTTP/1.1\r\nHost: ${host}.test\r\n\r\n`;
}

/** Whether this machine's resolver takes a name with a dot at its end. */
async function resolvesDot(port: number): Promise<boolean> {
  try {
    (await Deno.connect({ hostname: "localhost.", port })).close();
    return true;
  } catch {
    return false;
  }
}

/** Every target from every listener; a name that is not found is not refused. */
async function visitAll(
  passthru: PassthruProcess,
  { listeners }: EveryForm,
  hosts: readonly string[],
): Promise<void> {
  await Promise.all(
    listeners.flatMap(({ host, port }) =>
      hosts.map(async (target) => {
        const name = target === "ipv6" ? "six" : "four";
        assertEquals(await ask(port, request(target), host), name);
      })
    ),
  );
  const bad = passthru.lines.filter(({ level }) => level !== "info");
  assertEquals(bad, []);
}

async function servesUnder(
  file: ConfigFile,
  form: EveryForm,
  dot: boolean,
  ...args: readonly string[]
): Promise<void> {
  const flags = (await printedScopes(file.path, ...args)).trimEnd();
  assert(!flags.includes("\n"), "one line");
  await using passthru = await startScoped(form.config, file, flags, { args });
  await visitAll(passthru, form, HOSTS.filter((host) => dot || host !== "dot"));
  if (dot) return;
  await assertRejects(() => ask(form.listeners[0]!.port, request("dot")));
  const line = await passthru.line(({ reason }) => reason === "dial_failed");
  assertEquals(
    line["error"],
    `Cannot dial ${form.targets.dot}: host name not found`,
  );
}

Deno.test("scopes: every form of address is served under the printed flags", async () => {
  await using four = namedEcho("four");
  await using six = namedEcho("six", { hostname: "::1" });
  const form = everyForm(four, six);
  await using file = await configFile(form.config);
  const dot = await resolvesDot(four.port);
  await servesUnder(file, form, dot);
  await servesUnder(file, form, dot, "--isolation", "none");
});

Deno.test("scopes: --json has the values of the flags", async () => {
  await using four = namedEcho("four");
  await using six = namedEcho("six", { hostname: "::1" });
  const { config, listeners, targets } = everyForm(four, six);
  await using file = await configFile(config);
  const [flags, scopes, alone] = await Promise.all([
    printedScopes(file.path),
    scopesOf(file.path),
    scopesOf(file.path, "--isolation", "none"),
  ]);
  const all = listeners.find(({ text }) => text.startsWith(":"))!;
  const expected = [
    ...listeners.filter(({ text }) => !text.startsWith(":"))
      .map(({ text }) => text),
    `[::]:${all.port}`,
    `0.0.0.0:${all.port}`,
    ...Object.values(targets),
  ];
  assertEquals(scopes.net, [...new Set(expected)].sort());
  assertEquals(scopes.read, [file.path, `${ROOT}src`]);
  assertEquals(alone, scopes);
  assertEquals(
    flags,
    `'--allow-net=${scopes.net.join(",")}' --allow-read=${
      scopes.read.join(",")
    }\n`,
  );
});

for (const name of ["with space.jsonc", "it's $HOME %n.jsonc", "é.jsonc"]) {
  Deno.test(`scopes: a config file named ${JSON.stringify(name)} is served under the printed flags`, async () => {
    await using four = namedEcho("four");
    const config = {
      version: "v1.0.0",
      servers: { "127.0.0.1:0": { CATCHALL: forwardTo(four.address) } },
    };
    await using file = await configFile(config, name);
    const flags = (await printedScopes(file.path)).trimEnd();
    await using passthru = await startScoped(config, file, flags);
    assertEquals(await ask(passthru.ports[0]!, "x"), "four");
  });
}

Deno.test("scopes: a path with a comma, which no flag can name, is refused in words", async () => {
  const config = {
    version: "v1.0.0",
    servers: { "127.0.0.1:0": { CATCHALL: forwardTo("127.0.0.1:1") } },
  };
  await using file = await configFile(config, "a,b.jsonc");
  const { code, stdout, stderr } = await runPassthru(
    ["scopes", "-c", file.path],
  );
  assertEquals(code, 1, stdout);
  assertMatch(stderr, /comma/);
  assert(stderr.includes(file.path), stderr);
});
