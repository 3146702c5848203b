/**
 * Samples of expectations as bytes.
 *
 * @module
 */
import type { HttpSample, Sample, SshSample } from "../config/expectation.ts";
import type { Transport } from "../detect/detector.ts";
import type { Flow } from "./flow.ts";
import { sampleHello } from "./sample_hello.ts";
import { sampleInitials } from "./sample_initials.ts";

/** The connection of a sample: the client sends it and waits. */
export function sampleFlow(
  sample: Sample,
  transport: Transport = "tcp",
): Flow {
  return {
    id: sample.kind,
    transport,
    segments: transport === "udp" && sample.kind === "hello"
      ? sampleInitials(sampleHello(sample.hello))
      : [sampleBytes(sample)],
    end: "open",
    notes: [],
  };
}

/** What the client of a sample sends; nothing when it is silent. */
export function sampleBytes(sample: Sample): Uint8Array {
  switch (sample.kind) {
    case "hello":
      return sampleHello(sample.hello);
    case "http":
      return new TextEncoder().encode(requestHead(sample.http));
    case "ssh":
      return new TextEncoder().encode(identification(sample.ssh));
    case "bytes":
      return sample.bytes;
    case "silent":
      return new Uint8Array();
  }
}

/** The head of a request (RFC 9112 §2.1). */
function requestHead(
  { method = "GET", path = "/", version = "1.1", host, headers }: HttpSample,
): string {
  const lines = [
    `${method} ${path} HTTP/${version}`,
    ...host === undefined ? [] : [`Host: ${host}`],
    ...Object.entries(headers ?? {}).map(([name, value]) =>
      `${name}: ${value}`
    ),
  ];
  return lines.map((line) => `${line}\r\n`).join("") + "\r\n";
}

/** The client's identification string (RFC 4253 §4.2). */
function identification({ software = "OpenSSH_9.6" }: SshSample): string {
  return `SSH-2.0-${software}\r\n`;
}
