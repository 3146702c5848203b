/** A Podman service of a test's own, with containers that run on this machine. */
import { type TempFolder, tempFolder } from "./daemon.ts";
import { program, run, runWell } from "./programs.ts";
import { until, within } from "./wait.ts";

/** Programs that it takes. */
export const PODMAN_NEEDS: readonly string[] = [
  "busybox",
  "crun",
  "iptables",
  "nsenter",
  "podman",
  "tar",
  "unshare",
];

/** The names of the networks. */
const NETWORKS = ["one", "two"] as const;
/** What its containers may be reached at: a network each is a 256th of it. */
export const PODMAN_TO = "10.231.0.0/16";
/** The port that containers answer on. */
const PORT = 8443;
const IMAGE = "localhost/passthru-test";

/** A container to start. */
export interface PodmanSpec {
  readonly rule: string;
  /** Names of networks: `one`, `two`. Default: `one`. */
  readonly networks?: readonly string[];
  /** More arguments of `podman run`. */
  readonly args?: readonly string[];
}

/** A Podman that serves its API. */
export class Podman implements AsyncDisposable {
  readonly socket: string;
  readonly #temp: TempFolder;
  #service: Deno.ChildProcess | null = null;
  /** Whether containers may run that nobody serves. */
  #hasLeft = false;
  /** Keeps what is mounted for the networks of containers. */
  #namespace: Deno.ChildProcess | null = null;

  private constructor(temp: TempFolder) {
    this.#temp = temp;
    this.socket = `${temp.path}/podman.sock`;
  }

  /** Whether this machine lets a test start containers. */
  static async isPossible(): Promise<boolean> {
    if (Deno.uid() !== 0) return false;
    try {
      const { code } = await run("unshare", ["--mount", "--net", "true"]);
      return code === 0;
    } catch {
      // A program is missing, which is reported elsewhere.
      return true;
    }
  }

  /** Starts the service, with an image and two networks. */
  static async start(): Promise<Podman> {
    const podman = new Podman(await tempFolder());
    try {
      await podman.#prepare();
      await podman.serve();
      await podman.#import();
    } catch (error) {
      await podman[Symbol.asyncDispose]();
      throw error;
    }
    return podman;
  }

  /** Starts the service. */
  async serve(): Promise<void> {
    const f = this.#temp.path;
    this.#service = new Deno.Command(program("nsenter"), {
      args: [
        `--mount=/proc/${this.#namespace!.pid}/ns/mnt`,
        ...[program("podman"), "--root", `${f}/root`, "--runroot", `${f}/run`],
        ...["--storage-driver", "vfs", "--cgroup-manager", "cgroupfs"],
        ...["--network-config-dir", `${f}/networks`, "--tmpdir", `${f}/tmp`],
        ...["system", "service", "--time=0", `unix://${this.socket}`],
      ],
      env: { CONTAINERS_CONF: `${f}/containers.conf` },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    this.#hasLeft = false;
    await until("podman to answer", async () => {
      const { code } = await this.#remote(["version"]);
      return code === 0 || null;
    });
  }

  /** Ends the service; its containers go on. */
  async leave(): Promise<void> {
    await end("podman", this.#service);
    this.#service = null;
    this.#hasLeft = true;
  }

  /** Runs a command of Podman, which must end well. */
  async run(...args: readonly string[]): Promise<string> {
    const { text } = await runWell("podman", [...this.#url(), ...args]);
    return text;
  }

  /** Starts a container that answers with its name. */
  async container(
    name: string,
    { rule, networks = ["one"], args = [] }: PodmanSpec,
  ): Promise<void> {
    await this.run(
      ...["run", "--detach", "--name", name, "--network", networks.join(",")],
      ...["--cgroups=disabled", "--expose", String(PORT)],
      ...["--label", `passthru.rule=${rule}`, ...args, IMAGE],
      ...["/bin/busybox", "nc", "-ll", "-p", String(PORT), "-e"],
      ...["/bin/busybox", "sh", "-c", `echo ${name}:; exec /bin/busybox cat`],
    );
  }

  /** Removes all containers, ends the service and removes all files. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#hasLeft) await this.serve();
    if (this.#service !== null) {
      await this.#remote(["rm", "--all", "--force", "--time", "0"]);
      await this.#remote(["network", "rm", "--force", ...NETWORKS]);
      await this.leave();
    }
    // It ends when nobody writes to it any more, also after a test that crashed.
    await this.#namespace?.stdin.close();
    await this.#namespace?.status;
    await this.#temp[Symbol.asyncDispose]();
  }

  async #prepare(): Promise<void> {
    // A folder of cgroups that holds both versions is nothing for crun.
    const script =
      "umount /sys/fs/cgroup/unified 2>/dev/null; echo ready; exec cat";
    this.#namespace = new Deno.Command(program("unshare"), {
      args: ["--mount", "--propagation", "private", "sh", "-c", script],
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const reader = this.#namespace.stdout.getReader();
    await within("the namespace", reader.read());
    await reader.cancel();
    for (const name of ["networks", "tmp", "image/bin"]) {
      await Deno.mkdir(`${this.#temp.path}/${name}`, { recursive: true });
    }
    await Deno.writeTextFile(
      `${this.#temp.path}/containers.conf`,
      `[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
events_logger = "file"
runtime = "crun"
[network]
network_backend = "netavark"
`,
    );
    // Seldom those of another test that runs on this machine.
    const first = Math.floor(Math.random() * (256 - NETWORKS.length));
    for (const [index, name] of NETWORKS.entries()) {
      await Deno.writeTextFile(
        `${this.#temp.path}/networks/${name}.json`,
        JSON.stringify(networkOf(name, first + index)),
      );
    }
  }

  /** An image with nothing but a static BusyBox. */
  async #import(): Promise<void> {
    const folder = `${this.#temp.path}/image`;
    await Deno.copyFile(program("busybox"), `${folder}/bin/busybox`);
    const tar = `${this.#temp.path}/image.tar`;
    await runWell("tar", ["-C", folder, "-cf", tar, "."]);
    await this.run("import", "--quiet", tar, IMAGE);
  }

  #url(): string[] {
    return ["--remote", "--url", `unix://${this.socket}`];
  }

  #remote(args: readonly string[]) {
    return run("podman", [...this.#url(), ...args]);
  }
}

/**
 * A network as `podman network create` writes it, which cannot be told the name of
 * the interface. It has no name server, which would be one more program.
 */
function networkOf(name: string, number: number): object {
  const id = number.toString(16).padStart(64, "0");
  const [subnet, gateway] = [0, 1].map((host) => `10.231.${number}.${host}`);
  return {
    ...{ name, id, driver: "bridge", network_interface: `pt-test-${number}` },
    created: "2026-01-01T00:00:00Z",
    subnets: [{ subnet: `${subnet}/24`, gateway }],
    ...{ ipv6_enabled: false, internal: false, dns_enabled: false },
    ipam_options: { driver: "host-local" },
  };
}

/** Ends a process. */
async function end(
  what: string,
  child: Deno.ChildProcess | null,
): Promise<void> {
  if (child === null) return;
  try {
    child.kill("SIGTERM");
  } catch {
    // It has ended.
  }
  await within(`${what} to end`, child.status);
}
