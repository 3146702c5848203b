import { assert, assertEquals } from "@std/assert";
import { xmpp } from "../../../src/detect/protocols/xmpp.ts";
import {
  type MalformedSample,
  type PositiveSample,
  type Sample,
  testDetector,
} from "../../support/detector_checks.ts";
import { wire } from "../../support/wire.ts";

const OPEN = { ended: false };
const NAMESPACE = "xmlns:stream='http://etherx.jabber.org/streams'";

/** A stream header with such attributes beside the namespace. */
function header(attributes: string): string {
  return `<stream:stream ${NAMESPACE} ${attributes}>`;
}

/** A sample of such text. */
function sample(name: string, text: string): Sample {
  return { name, bytes: wire(text) };
}

/** A sample of such text, in which a host is found. */
function found(host: string, name: string, text: string): PositiveSample {
  return { ...sample(name, text), facts: { host } };
}

const HOST = header("to='a.example'");

const positive: readonly PositiveSample[] = [
  found("a.example", "a stream header", HOST),
  found("a.example", "a declaration", `<?xml version='1.0'?>${HOST}`),
  found(
    "a.example",
    "a declaration, white space, and what follows",
    `<?xml version="1.0" encoding="UTF-8" ?>\r\n\t ${HOST}<auth`,
  ),
  found(
    "a.example",
    "attributes in another order, double quotes, a `>` in one",
    header("xmlns='jabber:client' x=\"a>b\" to=\"A.Example.\" version='1.0'"),
  ),
  found(
    "a.example",
    "white space around and none between attributes",
    header("version='1.0'to\n=\t'a.example' "),
  ),
  found(
    "xn--bcher-kva.example",
    "a name that is not ASCII",
    header("to='B\xc3\xbccher.example'"),
  ),
  found("2001:db8::1", "an IPv6 address", header("to='[2001:DB8::1]'")),
  { ...sample("no host", header("version='1.0'")), facts: {} },
];

const negative: readonly Sample[] = [
  sample("HTTP", "GET / HTTP/1.1\r\n\r\n"),
  sample("other XML", "<details />\r\n"),
  sample("an SVG", "<svg"),
  sample("other XML behind a declaration", "<?xml version='1.0'?>\r\n<ZMe"),
  sample("a comment behind a declaration", "<?xml version='1.0'?>\n<!--"),
  sample("another instruction", "<?php"),
  sample("a longer name", "<?xmlx"),
  sample("a declaration that ends early", "<?xml version='1.0'>"),
  sample("a declaration that never ends", "<?xml " + "x".repeat(300)),
  sample("another element of streams", "<stream:error"),
  sample("a longer name of the root", "<stream:streams "),
  sample("white space first", " <stream"),
  sample("white space that never ends", "<?xml ?>" + " ".repeat(5000)),
];

const malformed: readonly MalformedSample[] = [
  {
    ...sample("no namespace", "<stream:stream to='a'>"),
    why: "the stream has another namespace",
  },
  {
    ...sample("another namespace", "<stream:stream xmlns:stream='x' to='a'>"),
    why: "the stream has another namespace",
  },
  {
    ...sample("two hosts", header("to='a' to='b'")),
    why: 'there are two attributes "to"',
  },
  {
    ...sample("a user in the host", header("to='al@a.example'")),
    why: 'the host holds "@"',
  },
  {
    ...sample("an entity in the host", header("to='a&#46;example'")),
    why: 'the host holds "&"',
  },
  {
    ...sample("a port in the host", header("to='a.example:5222'")),
    why: 'the host holds ":"',
  },
  {
    ...sample("an empty host", header("to=''")),
    why: "the host is empty",
  },
  {
    ...sample(
      "a slash behind a name that is not ASCII",
      header("to='\xc3\xbc/'"),
    ),
    why: "the host holds the byte 0xfc",
  },
  {
    ...sample("an empty element", `<stream:stream ${NAMESPACE}/>`),
    why: "the tag is empty",
  },
  {
    ...sample("an attribute without a value", "<stream:stream to>"),
    why: "an attribute has no name or no value",
  },
  {
    ...sample("an attribute without quotes", "<stream:stream to=a>"),
    why: "an attribute has no quotes, or `<` in them",
  },
  {
    ...sample("a `<` in an attribute", "<stream:stream to='<"),
    why: "an attribute has no quotes, or `<` in them",
  },
  {
    ...sample(
      "a header that never ends",
      header("to='a'").replace(">", "") +
        " x='y'".repeat(1000),
    ),
    why: 'there are two attributes "x"',
  },
  {
    ...sample(
      "an attribute that never ends",
      "<stream:stream to='" +
        "a".repeat(5000),
    ),
    why: "the stream header is longer than 4096 bytes",
  },
];

testDetector(xmpp, { positive, negative, malformed });

Deno.test("XMPP: a header of fewer than 50 bytes of text is enough", () => {
  const text = `<stream:stream to='a' ${NAMESPACE}>`;
  assertEquals(xmpp.detect(wire(text), OPEN).kind, "match");
});

Deno.test("XMPP: says no at the first byte that rules it out", () => {
  for (const text of ["<x", "<sv", "<?p", "<?xml ?><d", "<stream:streamx"]) {
    const bytes = wire(text);
    assertEquals(xmpp.detect(bytes.subarray(0, -1), OPEN).kind, "more", text);
    assertEquals(xmpp.detect(bytes, OPEN).kind, "no", text);
  }
});

Deno.test("XMPP: HOST takes a host or a wildcard", () => {
  const parsed = xmpp.rules.HOST!.parse("*.Example");
  assert(parsed.ok);
  assert(parsed.matcher.test({ host: "a.example" }));
  assert(!parsed.matcher.test({}));
});
