import packet from "dns-packet";
import * as fc from "../../../src/testing/fast_check.ts";
import {
  assert,
  assertEquals,
  assertObjectMatch,
  assertRejects,
} from "@std/assert";
import { errorCode, PassthruError } from "../../../src/errors.ts";
import {
  askDns,
  askOneOf,
} from "../../../src/upstream/discovery/dns_client.ts";
import {
  decodeAnswer,
  type DnsQuestion,
  encodeQuestion,
} from "../../../src/upstream/discovery/dns_message.ts";
import {
  type AskedQuestion,
  dnsAnswering,
  type DnsMessage,
  dnsServer,
  encoded,
  framed,
} from "../../support/dns_server.ts";
import { service } from "../../support/services.ts";
import { closedPort, writeAll } from "../../support/tcp.ts";
import { within } from "../../support/wait.ts";

const QUESTION: DnsQuestion = { name: "_app._tcp.svc.test", type: "SRV" };
const RECORD = {
  type: "SRV",
  name: "_App._TCP.svc.test",
  ttl: 7,
  class: "IN",
  data: { priority: 1, weight: 2, port: 3, target: "A.test" },
};
const PATIENT_MS = 20_000;

function ask(
  { port }: { port: number },
  { timeoutMs = PATIENT_MS, signal = new AbortController().signal } = {},
) {
  const server = { hostname: "127.0.0.1", port };
  return askDns(server, QUESTION, { timeoutMs, signal });
}

/** How asking a server fails that answers with this. */
async function failureOf(
  message: (question: AskedQuestion) => DnsMessage,
): Promise<string> {
  await using server = dnsAnswering(message);
  try {
    await ask(server);
  } catch (error) {
    return errorCode(error);
  }
  return "none";
}

Deno.test("DNS client: an answer that comes in pieces is read whole, names in lower case", async () => {
  await using server = dnsServer(async (question, conn) => {
    const bytes = framed(encoded(question, {
      answers: [RECORD],
      additionals: [{ type: "A", name: "a.TEST", ttl: 9, data: "10.0.0.1" }],
    }));
    for (const byte of bytes) await writeAll(conn, Uint8Array.of(byte));
  });
  assertEquals(await ask(server), {
    answers: [{
      type: "SRV",
      name: "_app._tcp.svc.test",
      ttlSeconds: 7,
      priority: 1,
      weight: 2,
      port: 3,
      target: "a.test",
    }],
    additional: [{
      type: "A",
      name: "a.test",
      ttlSeconds: 9,
      address: "10.0.0.1",
    }],
    negativeTtlSeconds: null,
  });
});

Deno.test("DNS client: that there is no such name is an answer, with its time", async () => {
  const soa = { mname: "a", rname: "b", serial: 1, refresh: 2, retry: 3 };
  await using server = dnsAnswering(() => ({
    flags: 3,
    authorities: [{
      type: "SOA",
      name: "test",
      ttl: 100,
      data: { ...soa, expire: 4, minimum: 50 },
    }],
  } as DnsMessage));
  assertEquals(await ask(server), {
    answers: [],
    additional: [],
    negativeTtlSeconds: 50,
  });
});

Deno.test("DNS client: an answer to another question, or a forged one, is none", async () => {
  const lies: DnsMessage[] = [
    { type: "query" },
    { questions: [] },
    { questions: [{ name: "other.test", type: "SRV" }] },
    { questions: [{ name: QUESTION.name, type: "A" }] },
  ];
  for (const lie of lies) {
    assertEquals(await failureOf(() => lie), "dns_mismatch");
  }
  const otherId = ({ id }: AskedQuestion) => ({ id: id ^ 1 });
  assertEquals(await failureOf(otherId), "dns_mismatch");
});

Deno.test("DNS client: an answer that is cut off, and a server's failure, are failures", async () => {
  const truncated = { flags: packet.TRUNCATED_RESPONSE };
  assertEquals(await failureOf(() => truncated), "dns_malformed");
  const SERVFAIL = 2;
  assertEquals(await failureOf(() => ({ flags: SERVFAIL })), "dns_rcode");
});

Deno.test("DNS client: what is no message is a failure and not a crash", async () => {
  const header = (questions: number, rest: readonly number[]) =>
    Uint8Array.of(0, 7, 0x80, 0, 0, questions, 0, 0, 0, 0, 0, 0, ...rest);
  const messages = [
    new Uint8Array(0),
    new Uint8Array(3),
    // A name that points to itself, and two that point to each other.
    header(1, [0xc0, 12, 0, 33, 0, 1]),
    header(2, [0xc0, 14, 0xc0, 12, 0, 33, 0, 1]),
    // 255 questions that are not there.
    header(255, []),
  ];
  for (const message of messages) {
    await using server = dnsServer((_, conn) =>
      writeAll(conn, framed(message))
    );
    assertEquals(
      (await assertRejects(() => ask(server), PassthruError)).code,
      "dns_malformed",
    );
  }
});

Deno.test("DNS client: a server that closes early has not answered", async () => {
  await using server = dnsServer((_, conn) =>
    writeAll(conn, Uint8Array.of(0xff, 0xff, 1, 2, 3))
  );
  assertEquals(
    (await assertRejects(() => ask(server), PassthruError)).code,
    "dns_malformed",
  );
});

Deno.test("DNS client: a server that says nothing, or not all, is given up in time", async () => {
  for (const said of [[], [0xff], [0xff, 0xff, 1, 2, 3]]) {
    const gone = Promise.withResolvers<void>();
    await using server = dnsServer(async (_, conn) => {
      await writeAll(conn, Uint8Array.from(said));
      // Until the client closes.
      await conn.read(new Uint8Array(1));
      gone.resolve();
    });
    assertEquals(
      (await assertRejects(() => ask(server, { timeoutMs: 50 }), DOMException))
        .name,
      "TimeoutError",
    );
    await within("the connection to be closed", gone.promise);
  }
});

Deno.test("DNS client: a question is given up when it is aborted, before and meanwhile", async () => {
  for (const bytesFirst of [0, 1]) {
    const asked = Promise.withResolvers<void>();
    await using server = service(async (conn) => {
      if (bytesFirst > 0) await conn.read(new Uint8Array(bytesFirst));
      asked.resolve();
      while (await conn.read(new Uint8Array(64)) !== null);
    });
    const abort = new AbortController();
    const answer = ask(server, { signal: abort.signal });
    await asked.promise;
    abort.abort();
    await within(
      "the end of the question",
      assertRejects(() => answer, DOMException).then(({ name }) =>
        assertEquals(name, "AbortError")
      ),
      PATIENT_MS / 2,
    );
    assertEquals(
      (await assertRejects(
        () => ask(server, { signal: abort.signal }),
        DOMException,
      )).name,
      "AbortError",
    );
  }
});

Deno.test("DNS client: the next server is asked when one does not answer", async () => {
  await using good = dnsAnswering(() => ({ answers: [RECORD] }));
  await using failing = dnsAnswering(() => ({ flags: 2 }));
  const dead = closedPort();
  const { signal } = new AbortController();
  const through = (...ports: number[]) =>
    askOneOf(ports.map((port) => ({ hostname: "127.0.0.1", port })))(
      QUESTION,
      signal,
    );
  assertEquals(
    (await through(dead, failing.port, good.port)).answers.length,
    1,
  );
  assertObjectMatch(
    await assertRejects(() => through(dead, failing.port), PassthruError),
    {
      code: "dns_rcode",
      message: `127.0.0.1 port ${dead}: connection refused; ` +
        `127.0.0.1 port ${failing.port}: the DNS server answers SERVFAIL`,
    },
  );
  assertEquals(
    (await assertRejects(() => through(dead), PassthruError)).code,
    "dns_failed",
  );
});

Deno.test("DNS message: no bytes are read as anything but an answer or a failure", () => {
  const question = encodeQuestion(7, QUESTION);
  const answer = encoded({ ...QUESTION, id: 7 }, {
    answers: [RECORD, RECORD],
    additionals: [{ type: "A", name: "a.test", ttl: 9, data: "10.0.0.1" }],
  });
  const check = (bytes: Uint8Array) => {
    try {
      decodeAnswer(bytes, 7, QUESTION);
    } catch (error) {
      assert(error instanceof PassthruError, String(error));
    }
  };
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), check));
  for (const good of [question, answer]) {
    for (let length = 0; length < good.length; length++) {
      check(good.slice(0, length));
    }
    fc.assert(fc.property(
      fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), {
        maxLength: 4,
      }),
      (changes) => {
        const bytes = Uint8Array.from(good);
        for (const [place, byte] of changes) bytes[place] = byte;
        check(bytes);
      },
    ));
  }
});
