/** A real OpenSSH server behind passthru, and the client for it. */
import { startDaemon, startOnFreePorts, tempFolder } from "./daemon.ts";
import { type Ended, program, run, runWell } from "./programs.ts";

/** Name under which the client looks the host key up, whatever the port. */
const HOST_KEY_ALIAS = "sshd.test";
/** Where a root sshd wants a folder; Debian makes it when the service starts. */
const ROOT_FOLDER = "/run/sshd";
/** Longest an ssh command may take, in milliseconds. */
const COMMAND_LIMIT_MS = 60_000;

/** A running sshd that lets the user of the test in. */
export interface Sshd extends AsyncDisposable {
  readonly port: number;
  /** `127.0.0.1:port`. */
  readonly address: string;
  /** Its host key, `ssh-ed25519 AAAA...`. */
  readonly hostKey: string;
  /** Runs a command by the ssh client, which checks the host key. */
  ssh(port: number, command: string, stdin?: Uint8Array): Promise<Ended>;
  /** As {@linkcode Sshd.ssh}, for a command that is talked with. */
  session(port: number, command: string): Deno.ChildProcess;
}

/** Starts sshd with a host key and a user key of its own. */
export function startSshd(): Promise<Sshd> {
  return startOnFreePorts(1, ([port]) => start(port!));
}

/**
 * The ed25519 key that `ssh-keyscan` is shown, `ssh-ed25519 AAAA...`; empty when
 * it has waited for 5 seconds, its own patience, in vain.
 */
export async function keyscan(port: number): Promise<string> {
  const args = ["-t", "ed25519", "-p", String(port), "127.0.0.1"];
  const { text } = await runWell("ssh-keyscan", args);
  return text.trim().split(" ").slice(1).join(" ");
}

async function start(port: number): Promise<Sshd> {
  await using stack = new AsyncDisposableStack();
  const { path } = stack.use(await tempFolder());
  const hostKey = await makeKey(`${path}/host_key`);
  const userKey = await makeKey(`${path}/user_key`);
  await Deno.writeTextFile(`${path}/authorized_keys`, `${userKey}\n`);
  await Deno.writeTextFile(
    `${path}/known_hosts`,
    `${HOST_KEY_ALIAS} ${hostKey}\n`,
  );
  await Deno.writeTextFile(`${path}/sshd_config`, configText(path, port));
  const user = (await runWell("id", ["-un"])).text.trim();
  if (user === "root") await Deno.mkdir(ROOT_FOLDER, { recursive: true });
  const log = `${path}/log`;
  stack.use(
    await startDaemon({
      program: "sshd",
      args: ["-D", "-E", log, "-f", `${path}/sshd_config`],
      ports: [port],
      log,
    }),
  );
  const kept = stack.move();
  const argsOf = (at: number, command: string) => [
    ...clientArgs(path, at),
    `${user}@127.0.0.1`,
    command,
  ];
  return {
    port,
    address: `127.0.0.1:${port}`,
    hostKey,
    ssh: (at, command, stdin = new Uint8Array()) =>
      run("ssh", argsOf(at, command), { stdin, limitMs: COMMAND_LIMIT_MS }),
    session: (at, command) =>
      new Deno.Command(program("ssh"), {
        args: argsOf(at, command),
        stdin: "piped",
        stdout: "piped",
        stderr: "null",
      }).spawn(),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** Makes a key pair and gives the public key. */
async function makeKey(file: string): Promise<string> {
  await runWell("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", file]);
  const text = await Deno.readTextFile(`${file}.pub`);
  return text.split(" ").slice(0, 2).join(" ");
}

function configText(folder: string, port: number): string {
  return `
    ListenAddress 127.0.0.1:${port}
    HostKey ${folder}/host_key
    AuthorizedKeysFile ${folder}/authorized_keys
    PidFile none
    UsePAM no
    StrictModes no
    PermitRootLogin prohibit-password
    PasswordAuthentication no
    KbdInteractiveAuthentication no
    MaxStartups 100
    LogLevel VERBOSE
  `;
}

function clientArgs(folder: string, port: number): string[] {
  const options = [
    "BatchMode=yes",
    "IdentitiesOnly=yes",
    "StrictHostKeyChecking=yes",
    `UserKnownHostsFile=${folder}/known_hosts`,
    "GlobalKnownHostsFile=none",
    `HostKeyAlias=${HOST_KEY_ALIAS}`,
    "LogLevel=ERROR",
  ];
  return [
    ...["-F", "none", "-i", `${folder}/user_key`, "-p", String(port)],
    ...options.flatMap((option) => ["-o", option]),
  ];
}
