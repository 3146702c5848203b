/** ClientHellos for tests, sound ones and others, in records of any size. */
import { be, vector, wire } from "./wire.ts";

/** What a hello holds. Every field has a default that makes a sound TLS 1.3. */
export interface HelloOptions {
  /** Server name; `null`: no extension for it. Default: `app.example.com`. */
  readonly sni?: string | Uint8Array | null;
  /** ALPN protocols; `null`: no extension for them. Default: `null`. */
  readonly alpn?: readonly string[] | null;
  /** supported_versions; `null`: no extension. Default: 1.3 and 1.2. */
  readonly versions?: readonly number[] | null;
  readonly legacyVersion?: number;
  readonly sessionIdBytes?: number;
  readonly cipherSuites?: readonly number[];
  readonly compressions?: readonly number[];
  /** More extensions, behind those above. */
  readonly extensions?: readonly Uint8Array[];
  /** Bytes of a padding extension (RFC 7685). Default: none. */
  readonly padding?: number;
  /** Leave the whole extension block out. */
  readonly noExtensions?: boolean;
  /** Bytes behind the extensions, inside the hello. */
  readonly trailing?: Uint8Array;
}

/** An extension. */
export function extension(type: number, body: Uint8Array): Uint8Array {
  return wire(be(type, 2), vector(2, body));
}

/** The body of a server_name extension. */
export function serverNames(
  ...names: readonly (string | Uint8Array)[]
): Uint8Array {
  return vector(
    2,
    wire(...names.map((name) => wire(0, vector(2, wire(name))))),
  );
}

/** The body of an ALPN extension. */
export function alpnList(...ids: readonly string[]): Uint8Array {
  return vector(2, wire(...ids.map((id) => vector(1, wire(id)))));
}

/** A ClientHello as a handshake message, with its header of 4 bytes. */
export function clientHello(options: HelloOptions = {}): Uint8Array {
  const { sessionIdBytes = 32, cipherSuites = [0x1301, 0xc02f] } = options;
  const body = wire(
    be(options.legacyVersion ?? 0x0303, 2),
    Array.from({ length: 32 }, (_, i) => i),
    vector(1, new Uint8Array(sessionIdBytes).fill(0x5e)),
    vector(2, wire(...cipherSuites.map((suite) => be(suite, 2)))),
    vector(1, wire(options.compressions ?? [0])),
    options.noExtensions ? [] : vector(2, wire(...extensionsOf(options))),
    options.trailing ?? [],
  );
  return wire(1, vector(3, body));
}

function extensionsOf(options: HelloOptions): Uint8Array[] {
  const { sni = "app.example.com", alpn, versions = [0x0304, 0x0303] } =
    options;
  const list: Uint8Array[] = [];
  if (sni !== null) list.push(extension(0, serverNames(sni)));
  if (alpn) list.push(extension(16, alpnList(...alpn)));
  if (versions !== null) {
    const body = wire(...versions.map((version) => be(version, 2)));
    list.push(extension(43, vector(1, body)));
  }
  list.push(...options.extensions ?? []);
  if (options.padding !== undefined) {
    list.push(extension(21, new Uint8Array(options.padding)));
  }
  return list;
}

/**
 * Cuts a handshake message into records.
 *
 * @param sizes Bytes of the message in each record; the last size repeats.
 */
export function records(
  message: Uint8Array,
  sizes: number | readonly number[] = 16384,
  version = 0x0301,
): Uint8Array {
  const list = typeof sizes === "number" ? [sizes] : sizes;
  const parts: Uint8Array[] = [];
  for (let at = 0; at < message.length;) {
    const size = list[Math.min(parts.length, list.length - 1)]!;
    const part = message.subarray(at, at + size);
    parts.push(wire(0x16, be(version, 2), vector(2, part)));
    at += size;
  }
  return wire(...parts);
}

/** A ClientHello in one record. */
export function helloRecord(options: HelloOptions = {}): Uint8Array {
  return records(clientHello(options));
}

/** An SSLv2-style hello that offers a later version. */
export function sslV2Hello(
  version: number,
  sizes: { ciphers?: number; sessionId?: number; challenge?: number } = {},
): Uint8Array {
  const { ciphers = 6, sessionId = 0, challenge = 16 } = sizes;
  const body = wire(
    1,
    be(version, 2),
    be(ciphers, 2),
    be(sessionId, 2),
    be(challenge, 2),
    new Uint8Array(ciphers + sessionId + challenge).fill(7),
  );
  return wire(be(0x8000 | body.length, 2), body);
}
