/**
 * A container, as far as its routes depend on it.
 *
 * What the API answers is not trusted: names and labels are chosen by whoever
 * started the container or built its image.
 *
 * @module
 */

/** What the names of labels for passthru begin with. */
export const LABEL_PREFIX = "passthru.";
/** Longest value of a label, in UTF-16 code units. */
export const MAX_LABEL_LENGTH = 4_096;
/** Most labels of a container that are read. */
export const MAX_LABELS = 256;

/** Longest name of a container that is kept, in UTF-16 code units. */
const MAX_NAME_LENGTH = 128;
/** Docker's own; compose for Podman sets them too. */
const PROJECT = "com.docker.compose.project";
const SERVICE = "com.docker.compose.service";
const ID = /^[0-9a-f]{12,64}$/;
const NANOSECONDS = 9;

/** What a container's own health check says. */
export type Health = "none" | "starting" | "healthy" | "unhealthy";

/** A network that a container is in. */
export interface ContainerNetwork {
  readonly name: string;
  /** The container's addresses in it, without brackets: IPv4 first. */
  readonly addresses: readonly string[];
}

/** A port that the image or the container declares. */
export interface ExposedPort {
  readonly port: number;
  readonly transport: "tcp" | "udp";
}

/** A container, as the API describes it. */
export interface Container {
  /** 64 hexadecimal digits. */
  readonly id: string;
  /** Without the slash before it; may hold anything. */
  readonly name: string;
  /** When it was created, in nanoseconds since the epoch. */
  readonly createdNs: bigint;
  /** Whether it runs, and is neither paused nor about to start again. */
  readonly running: boolean;
  readonly health: Health;
  /**
   * Its labels for passthru, by their name without `passthru.`; `null`: the value
   * is too long. Not more than {@linkcode MAX_LABELS}.
   */
  readonly labels: ReadonlyMap<string, string | null>;
  /** How many labels for passthru were left out. */
  readonly labelsLeftOut: number;
  /** Project and service of compose; `null`: it is in none. */
  readonly project: string | null;
  readonly service: string | null;
  /** Whether it has the network of the host. */
  readonly hostNetwork: boolean;
  readonly networks: readonly ContainerNetwork[];
  readonly ports: readonly ExposedPort[];
}

/** Whether labels ask anything of passthru. */
export function hasOwnLabel(labels: unknown): boolean {
  return Object.keys(objectOf(labels)).some((name) =>
    name.startsWith(LABEL_PREFIX)
  );
}

/** Whether a text is the id of a container. */
export function isContainerId(text: unknown): text is string {
  return typeof text === "string" && ID.test(text);
}

/**
 * Reads what the API answers to `GET /containers/{id}/json`.
 *
 * @returns `null`: it is not the description of a container.
 */
export function readContainer(json: unknown): Container | null {
  const answer = objectOf(json);
  const id = answer["Id"];
  if (!isContainerId(id)) return null;
  const config = objectOf(answer["Config"]);
  const labels = objectOf(config["Labels"]);
  const state = objectOf(answer["State"]);
  const settings = objectOf(answer["NetworkSettings"]);
  const own = Object.entries(labels)
    .filter(([name]) => name.startsWith(LABEL_PREFIX))
    .sort(([a], [b]) => a < b ? -1 : 1);
  return {
    id,
    name: textOf(answer["Name"]).replace(/^\//, "").slice(0, MAX_NAME_LENGTH),
    createdNs: nanoseconds(textOf(answer["Created"])),
    // Docker says of one that waits to be started again that it runs.
    running: state["Running"] === true && state["Paused"] !== true &&
      state["Restarting"] !== true,
    health: healthOf(objectOf(state["Health"])["Status"]),
    labels: new Map(
      own.slice(0, MAX_LABELS).map(([name, value]) => [
        name.slice(LABEL_PREFIX.length, MAX_LABEL_LENGTH),
        bounded(textOf(value)),
      ]),
    ),
    labelsLeftOut: Math.max(0, own.length - MAX_LABELS),
    project: bounded(textOf(labels[PROJECT])) || null,
    service: bounded(textOf(labels[SERVICE])) || null,
    hostNetwork: objectOf(answer["HostConfig"])["NetworkMode"] === "host",
    networks: Object.entries(objectOf(settings["Networks"])).map(networkOf),
    ports: portsOf([config["ExposedPorts"], settings["Ports"]]),
  };
}

/** The first digits of an id, as people know it. */
export function shortId(id: string): string {
  return id.slice(0, 12);
}

/** The older one first; of the same age, the one with the smaller id. */
export function byAge(a: Container, b: Container): number {
  if (a.createdNs !== b.createdNs) return a.createdNs < b.createdNs ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

function networkOf([name, value]: [string, unknown]): ContainerNetwork {
  const network = objectOf(value);
  const addresses = [network["IPAddress"], network["GlobalIPv6Address"]];
  return { name, addresses: addresses.map(textOf).filter((a) => a !== "") };
}

/** Docker says `{ "80/tcp": … }` in both places, Podman too. */
function portsOf(given: readonly unknown[]): ExposedPort[] {
  const names = new Set(given.flatMap((each) => Object.keys(objectOf(each))));
  return [...names].flatMap((name): ExposedPort[] => {
    const found = /^(\d{1,5})\/(tcp|udp)$/.exec(name);
    const port = Number(found?.[1]);
    return found === null || port < 1 || port > 65_535
      ? []
      : [{ port, transport: found[2] as "tcp" | "udp" }];
  }).sort((a, b) => a.port - b.port);
}

/** Podman says an empty text of a container without a check, Docker nothing. */
function healthOf(status: unknown): Health {
  return status === "starting" || status === "healthy" || status === "unhealthy"
    ? status
    : "none";
}

/** `Date` knows milliseconds alone, and engines leave zeros at the end out. */
function nanoseconds(time: string): bigint {
  const ms = Date.parse(time);
  if (Number.isNaN(ms)) return 0n;
  const fraction = /\.(\d+)/.exec(time)?.[1] ?? "";
  const digits = fraction.slice(0, NANOSECONDS).padEnd(NANOSECONDS, "0");
  return BigInt(Math.floor(ms / 1_000)) * 1_000_000_000n + BigInt(digits);
}

function bounded(text: string): string | null {
  return text.length > MAX_LABEL_LENGTH ? null : text;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** An object of JSON; one without fields for what is none. */
export function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? value as Record<string, unknown>
    : {};
}
