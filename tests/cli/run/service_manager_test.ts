/** What systemd is told, by a socket that looks like its own. */
import { assertEquals } from "@std/assert";
import { configFile, reload } from "../../support/config_file.ts";
import { oneServer } from "../../support/passthru.ts";
import { ROOT, startPassthru } from "../../support/process.ts";
import { within } from "../../support/wait.ts";

const REJECT = { CATCHALL: { CATCHALL: { action: "REJECT" } } };

/** Prints each datagram that comes to a socket, as a line of JSON. */
const RECEIVER = `
  const socket = Deno.listenDatagram({ transport: "unixpacket", path: Deno.args[0] });
  console.log("listening");
  for await (const [bytes] of socket) {
    console.log(JSON.stringify(new TextDecoder().decode(bytes)));
  }`;

/** A socket in the place of that of systemd. */
interface Receiver extends AsyncDisposable {
  /** The next message. */
  next(): Promise<string>;
}

/** Datagrams are unstable in Deno: another process receives them. */
async function receiver(folder: string): Promise<Receiver> {
  const file = `${folder}/receiver.ts`;
  await Deno.writeTextFile(file, RECEIVER);
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-check",
      "--unstable-net",
      "-A",
      file,
      `${folder}/systemd`,
    ],
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const line = async () => {
    for (;;) {
      const end = text.indexOf("\n");
      if (end >= 0) {
        const found = text.slice(0, end);
        text = text.slice(end + 1);
        return found;
      }
      const { value, done } = await reader.read();
      if (done) throw new Error("the receiver has ended");
      text += value;
    }
  };
  assertEquals(await within("the receiver", line()), "listening");
  return {
    next: async () => JSON.parse(await within("a message", line())),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.status;
      await reader.cancel();
    },
  };
}

/** What Deno is told to run: no more than it takes, but for `more`. */
function program(folder: string, ...more: string[]): string[] {
  const sockets = [`${folder}/own/notify`, `${folder}/systemd`];
  const net = ["127.0.0.1", ...sockets.map((path) => `unix:${path}`)];
  return [
    "run",
    "--no-prompt",
    ...more,
    `--allow-net=${net.join(",")}`,
    `--allow-read=${[folder, `${ROOT}src`, ...sockets].join(",")}`,
    `--allow-write=${sockets.join(",")}`,
    `${ROOT}main.ts`,
  ];
}

const ENV = "--allow-env=NOTIFY_SOCKET,RUNTIME_DIRECTORY";

Deno.test("systemd is told when it is ready, reloads and stops, and how a reload ended", async () => {
  await using file = await configFile(oneServer(REJECT.CATCHALL));
  const { folder } = file;
  await Deno.mkdir(`${folder}/own`);
  await using systemd = await receiver(folder);
  const config = oneServer(REJECT);
  await using passthru = await startPassthru(config, {
    file: file.path,
    program: program(folder, ENV),
    env: {
      NOTIFY_SOCKET: `${folder}/systemd`,
      RUNTIME_DIRECTORY: `/run/other:${folder}/own`,
    },
  });
  assertEquals(
    await systemd.next(),
    "READY=1\nSTATUS=Serving 127.0.0.1:0",
  );
  const other = { ...config as object, drain_timeout: "1s" };
  assertEquals((await reload(passthru, file, other)).msg, "reloaded");
  assertEquals(await systemd.next(), "RELOADING=1\nSTATUS=Reloading");
  assertEquals(await systemd.next(), "READY=1\nSTATUS=Serving 127.0.0.1:0");
  await reload(passthru, file, "{");
  assertEquals(await systemd.next(), "RELOADING=1\nSTATUS=Reloading");
  assertEquals(
    await systemd.next(),
    `READY=1\nSTATUS=Reload failed, the old config stays in use: ${file.path} has errors`,
  );
  passthru.kill("SIGTERM");
  assertEquals(
    await systemd.next(),
    "STOPPING=1\nSTATUS=Waiting for 0 connections to end",
  );
  assertEquals(await passthru.exit, 0);
  assertEquals(await Array.fromAsync(Deno.readDir(`${folder}/own`)), []);
});

Deno.test("systemd: a socket that does not answer is a warning, and what is not permitted is not tried", async () => {
  await using file = await configFile(oneServer(REJECT));
  const { folder } = file;
  await Deno.mkdir(`${folder}/own`);
  const cases: [flags: string[], warnings: number][] = [
    [[ENV], 1],
    [[], 0],
  ];
  for (const [flags, warnings] of cases) {
    await using passthru = await startPassthru(oneServer(REJECT), {
      file: file.path,
      program: program(folder, ...flags),
      env: {
        NOTIFY_SOCKET: `${folder}/systemd`,
        RUNTIME_DIRECTORY: `${folder}/own`,
      },
    });
    passthru.kill("SIGTERM");
    assertEquals(await passthru.exit, 0);
    const told = passthru.lines.filter(({ level }) => level === "warn");
    // One when it is ready, one when it stops.
    assertEquals(told.length, 2 * warnings, flags.join(" "));
    assertEquals(told.every(({ error }) => error === "no such file"), true);
  }
});
