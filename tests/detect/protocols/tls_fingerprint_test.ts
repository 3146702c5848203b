import {
  assert,
  assertEquals,
  assertMatch,
  assertNotStrictEquals,
  assertStrictEquals,
} from "@std/assert";
import type { Facts } from "../../../src/detect/detector.ts";
import { tls } from "../../../src/detect/protocols/tls.ts";
import {
  type HelloParts,
  ja3,
  ja4,
} from "../../../src/detect/protocols/tls_fingerprint.ts";
import { clientHello, extension, records } from "../../support/client_hello.ts";
import { be, vector, wire } from "../../support/wire.ts";

const NEEDS = new Set(["ja3", "ja4"]);

function factsOf(bytes: Uint8Array): Facts {
  const verdict = tls.detect(bytes, { ended: false, needs: NEEDS });
  assertEquals(verdict.kind, "match");
  return verdict.kind === "match" ? verdict.facts : {};
}

/** The hello that the description of JA4 works through. */
const DESCRIBED: HelloParts = {
  version: 0x0303,
  ciphers: [
    ...[0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9],
    ...[0xcca8, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035],
  ],
  extensions: [
    ...[0x001b, 0x0000, 0x0033, 0x0010, 0x4469, 0x0017, 0x002d, 0x000d],
    ...[0x0005, 0x0023, 0x0012, 0x002b, 0xff01, 0x000b, 0x000a, 0x0015],
  ],
  groups: [],
  pointFormats: [],
  signatureAlgorithms: [
    ...[0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601],
  ],
  supportedVersions: [0x0304, 0x0303],
  alpn: new TextEncoder().encode("h2"),
};

Deno.test("ja4() of the hello in its description", () => {
  assertEquals(ja4(DESCRIBED), "t13d1516h2_8daaf6152771_e5627efa2ab1");
});

Deno.test("ja4() shows what is absent, odd or too much", () => {
  const start = (parts: Partial<HelloParts>) =>
    ja4({ ...DESCRIBED, ...parts }).slice(0, 10);
  assertEquals(start({ supportedVersions: [] }), "t12d1516h2");
  assertEquals(start({ supportedVersions: [], version: 0x0300 }), "ts3d1516h2");
  assertEquals(start({ supportedVersions: [0x7f1c] }), "t00d1516h2");
  assertEquals(start({ alpn: new Uint8Array() }), "t13d151600");
  assertEquals(start({ alpn: Uint8Array.of(0x68) }), "t13d1516hh");
  assertEquals(start({ alpn: Uint8Array.of(0xba, 0xba) }), "t13d151699");
  assertEquals(start({ alpn: Uint8Array.of(0x30, 0xab) }), "t13d151609");
  assertEquals(start({ alpn: Uint8Array.of(0x2a, 0x7e) }), "t13d15162e");
  assertEquals(
    start({ ciphers: Array.from({ length: 200 }, (_, i) => i) }),
    "t13d9916h2",
  );
  assertEquals(
    ja4({ ...DESCRIBED, ciphers: [], extensions: [], signatureAlgorithms: [] }),
    "t13i0000h2_000000000000_000000000000",
  );
});

Deno.test("ja3() is the MD5 of the five lists", () => {
  assertEquals(
    ja3({
      ...DESCRIBED,
      version: 769,
      ciphers: [47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4],
      extensions: [0, 10, 11],
      groups: [23, 24, 25],
      pointFormats: [0],
    }),
    "ada70206e40642a3e4461f35503241d5",
  );
  assertEquals(
    ja3({
      ...DESCRIBED,
      version: 769,
      ciphers: [4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99],
      extensions: [],
    }),
    "de350869b8c85de67a350c8d186f11e6",
  );
});

Deno.test("TLS: fingerprints are learnt only where a rule asks for them", () => {
  const bytes = records(clientHello());
  for (const needs of [undefined, new Set(["sni"])]) {
    const verdict = tls.detect(
      bytes,
      needs === undefined ? { ended: false } : { ended: false, needs },
    );
    assert(verdict.kind === "match");
    assert(!("ja4" in verdict.facts) && !("ja3" in verdict.facts));
  }
});

Deno.test("TLS: fingerprints leave GREASE out and do not depend on records", () => {
  const plain = clientHello({ alpn: ["h2"] });
  const greased = clientHello({
    alpn: ["h2"],
    versions: [0x0a0a, 0x0304, 0x0303],
    cipherSuites: [0x2a2a, 0x1301, 0xc02f],
    extensions: [extension(0x3a3a, new Uint8Array())],
  });
  const { ja3, ja4 } = factsOf(records(plain));
  assertMatch(String(ja4), /^t13d0203h2_[\da-f]{12}_[\da-f]{12}$/);
  for (
    const bytes of [
      records(greased),
      records(greased, [1, 7]),
      records(plain, [3]),
    ]
  ) {
    const facts = factsOf(bytes);
    assertEquals([facts.ja3, facts.ja4], [ja3, ja4]);
  }
});

Deno.test("TLS: fingerprints see groups, point formats and signature algorithms", () => {
  const numbers = (...values: number[]) =>
    vector(2, wire(...values.map((value) => be(value, 2))));
  const base = factsOf(records(clientHello()));
  const with_ = (type: number, body: Uint8Array) =>
    factsOf(records(clientHello({ extensions: [extension(type, body)] })));
  const [a, b] = [with_(10, numbers(29)), with_(10, numbers(29, 23))];
  assertNotStrictEquals(a.ja3, b.ja3);
  assertStrictEquals(a.ja4, b.ja4, "JA4 looks at no groups");
  const [c, d] = [with_(13, numbers(0x0403)), with_(13, numbers(0x0804))];
  assertNotStrictEquals(c.ja4, d.ja4);
  assertStrictEquals(c.ja3, d.ja3, "JA3 looks at no signature algorithms");
  assertNotStrictEquals(base.ja3, a.ja3);
});

Deno.test("TLS: broken lists in extensions that only fingerprints read do no harm", () => {
  for (const type of [10, 11, 13]) {
    for (const body of [[], [0xff], [0, 9, 1], [0xff, 0xff, 1, 2]]) {
      const bytes = records(
        clientHello({ extensions: [extension(type, Uint8Array.from(body))] }),
      );
      assertMatch(String(factsOf(bytes).ja3), /^[\da-f]{32}$/);
    }
  }
});
