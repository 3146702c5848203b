/**
 * ClientHellos that are odd in one way each, of which some server takes a part.
 *
 * They offer TLS 1.2, so that the certificate that a server chose can be read.
 */
import { alpnList, extension, serverNames } from "./client_hello.ts";
import { be, vector, wire } from "./wire.ts";

/** The server name in each of them that has a sound one. */
const ODD_HELLO_HOST = "site-a.test";

/** A hello, what is odd about it, and whether that is what its name says. */
export interface OddHello {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Its server name or its ALPN is none, so that servers differ on it. */
  readonly inDoubt: boolean;
}

interface Parts {
  readonly legacy?: number;
  readonly sessionId?: number;
  readonly suites?: Uint8Array;
  readonly compressions?: Uint8Array;
  readonly sni?: Uint8Array | null;
  readonly extensions?: readonly Uint8Array[];
  /** In place of all extensions, with their length. */
  readonly block?: Uint8Array;
}

const HANDSHAKE = 0x16;
const SUITES = [0xc02b, 0xc023, 0xc009, 0xcca9, 0xc02c, 0xc00a, 0x00ff];
const SUITES_13 = [0x1301, 0x1302, 0x1303, ...SUITES];
const NAME = serverNames(ODD_HELLO_HOST);

function numbers(...list: readonly number[]): Uint8Array {
  return wire(...list.map((number) => be(number, 2)));
}

const GROUPS = extension(10, vector(2, numbers(0x001d, 0x0017)));
const SIGNATURES = extension(
  13,
  vector(2, numbers(0x0403, 0x0804, 0x0401, 0x0503, 0x0203, 0x0201)),
);
const POINTS = extension(11, vector(1, wire(0)));
const KEY_SHARE = extension(
  51,
  vector(2, wire(be(0x001d, 2), vector(2, new Uint8Array(32).fill(9)))),
);

function message(parts: Parts = {}, type = 1): Uint8Array {
  const { sni = NAME, extensions = [] } = parts;
  const list = [GROUPS, SIGNATURES, POINTS, ...extensions];
  if (sni !== null) list.unshift(extension(0, sni));
  const body = wire(
    be(parts.legacy ?? 0x0303, 2),
    Array.from({ length: 32 }, (_, i) => i + 1),
    vector(1, new Uint8Array(parts.sessionId ?? 0).fill(7)),
    vector(2, parts.suites ?? numbers(...SUITES)),
    vector(1, parts.compressions ?? wire(0)),
    parts.block ?? vector(2, wire(...list)),
  );
  return wire(type, vector(3, body));
}

function record(
  payload: Uint8Array,
  version = 0x0301,
  type = HANDSHAKE,
): Uint8Array {
  return wire(type, be(version, 2), vector(2, payload));
}

/** A hello in records that end at such places. */
function cut(hello: Uint8Array, ...ends: readonly number[]): Uint8Array {
  const starts = [0, ...ends];
  return wire(
    ...starts.map((start, i) => record(hello.subarray(start, ends[i]))),
  );
}

/** A hello with a record before it, or in its middle. */
function within(hello: Uint8Array, other: Uint8Array): Uint8Array {
  return wire(record(hello.subarray(0, 50)), other, record(hello.subarray(50)));
}

const HELLO = message();
const EMPTY = record(wire());

/** Records of other types that may come before or within a hello. */
const OTHERS: Readonly<Record<string, Uint8Array>> = {
  "ChangeCipherSpec": record(wire(1), 0x0301, 0x14),
  "an empty ChangeCipherSpec": record(wire(), 0x0301, 0x14),
  "a warning": record(wire(1, 90), 0x0301, 0x15),
  "a closing alert": record(wire(1, 0), 0x0301, 0x15),
  "a fatal alert": record(wire(2, 40), 0x0301, 0x15),
  "an empty alert": record(wire(), 0x0301, 0x15),
  "application data": record(wire("x"), 0x0301, 0x17),
  "an empty record of application data": record(wire(), 0x0301, 0x17),
  "a heartbeat": record(wire(1, 0, 0), 0x0301, 0x18),
  "a record of no type": record(wire(0), 0x0301, 0x19),
  "HelloRequest": record(wire(0, 0, 0, 0)),
};

function* recordLayer(): Generator<[string, Uint8Array]> {
  yield ["nothing odd", record(HELLO)];
  for (
    const version of [
      ...[0x0300, 0x0303, 0x0304, 0x0305, 0x037f, 0x03ff],
      ...[0x0001, 0x0103, 0x0200, 0x0400, 0x0fff, 0x1000, 0xfeff, 0x1603],
    ]
  ) {
    const name = version.toString(16).padStart(4, "0");
    yield [`records of version ${name}`, record(HELLO, version)];
    yield [
      `a second record of version ${name}`,
      wire(record(HELLO.subarray(0, 50)), record(HELLO.subarray(50), version)),
    ];
  }
  for (const count of [1, 2, 32, 33]) {
    const empties = wire(...Array(count).fill(EMPTY));
    yield [`${count} empty records before`, wire(empties, record(HELLO))];
    yield [`${count} empty records within`, within(HELLO, empties)];
  }
  for (const end of [1, 2, 3, 4, 5, 6, 9, 43]) {
    yield [`a first record of ${end} bytes`, cut(HELLO, end)];
  }
  const all = Array.from({ length: HELLO.length - 1 }, (_, i) => i + 1);
  yield ["records of 1 byte", cut(HELLO, ...all)];
  for (const [name, other] of Object.entries(OTHERS)) {
    yield [`${name} before`, wire(other, record(HELLO))];
    yield [`${name} within`, within(HELLO, other)];
  }
  yield ["a byte behind the hello", record(wire(HELLO, 0))];
  yield ["the hello twice", record(wire(HELLO, HELLO))];
  const padded = (bytes: number) =>
    message({ extensions: [extension(21, new Uint8Array(bytes))] });
  const long = padded(17000);
  for (const end of [16384, 16385, 16640]) {
    yield [`a record of ${end} bytes`, cut(long, end)];
  }
  const longest = padded(60000);
  yield ["60000 bytes", cut(longest, 16384, 32768, 49152)];
}

/** Hellos whose body is odd, but not its server name. */
const BODIES: Readonly<Record<string, Parts>> = {
  ...Object.fromEntries(
    [0x0002, 0x0200, 0x0300, 0x0302, 0x0304, 0x03ff, 0x0400, 0xffff].flatMap(
      (legacy) => {
        const name = `version ${legacy.toString(16).padStart(4, "0")}`;
        const versions = extension(43, vector(1, numbers(0x0304, 0x0303)));
        const extensions = [versions, KEY_SHARE];
        const suites = numbers(...SUITES_13);
        return [
          [name, { legacy }],
          [`${name} and 1.3`, { legacy, suites, extensions }],
        ];
      },
    ),
  ),
  ...Object.fromEntries(
    [1, 32, 33, 64, 255].map((sessionId) => [
      `a session id of ${sessionId} bytes`,
      { sessionId },
    ]),
  ),
  "no cipher suites": { suites: wire() },
  "cipher suites of an odd length": { suites: wire(...SUITES, 0) },
  "4000 cipher suites": {
    suites: wire(numbers(...SUITES), new Uint8Array(8000)),
  },
  "no compression method": { compressions: wire() },
  "only DEFLATE": { compressions: wire(1) },
  "three compression methods": { compressions: wire(1, 0, 64) },
  "empty extensions": { block: wire(0, 0) },
  "no extensions": { block: wire() },
  "a byte in place of extensions": { block: wire(0) },
  "a byte behind the extensions": {
    block: wire(vector(2, extension(0, NAME)), 0),
  },
  "an unknown extension twice": {
    extensions: Array(2).fill(extension(99, wire(1))),
  },
  "GREASE twice": { extensions: Array(2).fill(extension(0x0a0a, wire())) },
  "padding twice": { extensions: Array(2).fill(extension(21, wire(0))) },
  "the groups twice": { extensions: [GROUPS] },
  "the server name twice": { extensions: [extension(0, NAME)] },
  "two server names in two extensions": {
    extensions: [extension(0, serverNames("site-b.test"))],
  },
};

/** Extensions of server names; `true`: the name, or the list, is in doubt. */
const NAMES: Readonly<Record<string, readonly [Uint8Array, boolean]>> = {
  "capitals": [serverNames("SITE-A.Test"), false],
  "a final dot": [serverNames(`${ODD_HELLO_HOST}.`), false],
  "a name below": [serverNames(`x.${ODD_HELLO_HOST}`), false],
  "an underscore": [serverNames(`a_b.${ODD_HELLO_HOST}`), false],
  "an address": [serverNames("127.0.0.1"), false],
  "no host name in the list": [
    vector(2, wire(1, vector(2, wire("x")))),
    false,
  ],
  "another name before": [
    vector(2, wire(1, vector(2, wire("x")), NAME.subarray(2))),
    false,
  ],
  "another name behind": [
    vector(2, wire(NAME.subarray(2), 1, vector(2, wire("x")))),
    false,
  ],
  ...Object.fromEntries(
    [
      ...["", ".", ".x", "a..x", "*", "a b", "a\0b", "a\n", "a/b", "a@b"],
      ...["a:443", "a~", "a'", "a%41", "\xc3\xbc", "\xff", "a".repeat(64)],
    ].map((label) => [
      `the label ${JSON.stringify(label)}`,
      [serverNames(`${label}.${ODD_HELLO_HOST}`), true],
    ]),
  ),
  "a port": [serverNames(`${ODD_HELLO_HOST}:443`), true],
  "a NUL at the end": [serverNames(`${ODD_HELLO_HOST}\0`), true],
  "an empty name": [serverNames(""), true],
  "an empty list": [wire(0, 0), true],
  "no list": [wire(), true],
  "two names": [serverNames(ODD_HELLO_HOST, "site-b.test"), true],
  "a byte behind the list": [wire(NAME, 0), true],
  "a byte in the list": [vector(2, wire(NAME.subarray(2), 0)), true],
};

const PROTOCOLS: Readonly<Record<string, readonly [Uint8Array, boolean]>> = {
  "two protocols": [alpnList("h2", "http/1.1"), false],
  "GREASE": [alpnList("\x0a\x0a", "h2"), false],
  "an empty list": [alpnList(), true],
  "an empty protocol": [alpnList("", "h2"), true],
  "a short list": [wire(be(2, 2), 2, "h2"), true],
};

const CIPHERS = wire(
  ...SUITES.flatMap((suite) => [0, ...be(suite, 2)]),
);

/** A hello in the form of SSL 2. */
function sslV2(version: number, challenge = 16, behind = 0): Uint8Array {
  const body = wire(
    1,
    numbers(version, CIPHERS.length, 0, challenge),
    CIPHERS,
    new Uint8Array(challenge + behind).fill(5),
  );
  return wire(be(0x8000 | body.length, 2), body);
}

function* oldForm(): Generator<[string, Uint8Array]> {
  for (const version of [0x0002, 0x0301, 0x0303, 0x0305, 0x0400, 0x7f00]) {
    const name = version.toString(16).padStart(4, "0");
    yield [`SSL 2's form, version ${name}`, sslV2(version)];
  }
  for (const challenge of [15, 32, 33]) {
    yield [
      `SSL 2's form, a challenge of ${challenge} bytes`,
      sslV2(0x0303, challenge),
    ];
  }
  yield ["SSL 2's form, a byte behind", sslV2(0x0303, 16, 1)];
}

/** All of them. */
export function* oddHellos(): Generator<OddHello> {
  for (const [name, bytes] of recordLayer()) {
    yield { name, bytes, inDoubt: false };
  }
  for (const [name, parts] of Object.entries(BODIES)) {
    yield { name, bytes: record(message(parts)), inDoubt: false };
  }
  for (const [name, [sni, inDoubt]] of Object.entries(NAMES)) {
    const bytes = record(message({ sni }));
    yield { name: `server name: ${name}`, bytes, inDoubt };
  }
  for (const [name, [alpn, inDoubt]] of Object.entries(PROTOCOLS)) {
    const bytes = record(message({ extensions: [extension(16, alpn)] }));
    yield { name: `ALPN: ${name}`, bytes, inDoubt };
  }
  for (const [name, bytes] of oldForm()) yield { name, bytes, inDoubt: false };
}
