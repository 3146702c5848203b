/** Containers as Docker and Podman describe them, for tests. */
import {
  type Container,
  readContainer,
} from "../../src/containers/container.ts";

/** What of a container a test says. */
export interface ContainerSpec {
  readonly name?: string;
  /** Its labels, by their whole names. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Seconds after the first container. Default: its number. */
  readonly age?: number;
  readonly health?: string;
  readonly running?: boolean;
  readonly paused?: boolean;
  readonly networkMode?: string;
  /** Its addresses by the network's name. Default: one of `bridge`. */
  readonly networks?: Readonly<Record<string, string>>;
  /** Default: `8443/tcp`. */
  readonly ports?: readonly string[];
}

/** Number of the container, from 1, as its id. */
export function containerId(number: number): string {
  return number.toString(16).padStart(12, "0").padEnd(64, "0");
}

/** The address that a container has where a test does not say it. */
function containerAddress(number: number): string {
  return `10.88.${number >> 8}.${number & 0xff}`;
}

/** What an API answers to `GET /containers/{id}/json`. */
export function inspectAnswer(number: number, spec: ContainerSpec = {}) {
  const {
    name = `c${number}`,
    labels = {},
    age = number,
    health,
    networkMode = "bridge",
  } = spec;
  const networks = spec.networks ?? { bridge: containerAddress(number) };
  const ports = Object.fromEntries(
    (spec.ports ?? ["8443/tcp"]).map((port) => [port, {}]),
  );
  return {
    Id: containerId(number),
    Name: `/${name}`,
    Created: new Date(1_700_000_000_000 + age * 1_000).toISOString(),
    State: {
      Running: spec.running ?? true,
      Paused: spec.paused ?? false,
      ...(health === undefined ? {} : { Health: { Status: health } }),
    },
    HostConfig: { NetworkMode: networkMode },
    Config: { Labels: labels, ExposedPorts: ports },
    NetworkSettings: {
      Ports: {},
      Networks: Object.fromEntries(
        Object.entries(networks).map(([network, address]) => [
          network,
          { IPAddress: address, GlobalIPv6Address: "" },
        ]),
      ),
    },
  };
}

/** A container. */
export function container(
  number: number,
  spec: ContainerSpec = {},
): Container {
  return readContainer(inspectAnswer(number, spec))!;
}
