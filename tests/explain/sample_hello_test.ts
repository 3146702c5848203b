import { assertEquals } from "@std/assert";
import type { HelloSample } from "../../src/config/expectation.ts";
import type { Facts } from "../../src/detect/detector.ts";
import { tls } from "../../src/detect/protocols/tls.ts";
import { sampleHello } from "../../src/explain/sample_hello.ts";
import { makeCertificate } from "../support/certificates.ts";
import {
  startDaemon,
  startOnFreePorts,
  tempFolder,
} from "../support/daemon.ts";
import { programTest } from "../support/programs.ts";
import { readExactly, writeAll } from "../support/tcp.ts";
import { within } from "../support/wait.ts";

function factsOf(sample: HelloSample): Facts {
  const verdict = tls.detect(sampleHello(sample), { ended: false });
  assertEquals(verdict.kind, "match");
  return verdict.kind === "match" ? verdict.facts : {};
}

Deno.test("sample hello: the detector finds in it what it was made from", () => {
  assertEquals(factsOf({}), { version: "1.3" });
  assertEquals(
    factsOf({ sni: "a.example.com", alpn: ["h2", "http/1.1"], ech: true }),
    {
      version: "1.3",
      sni: "a.example.com",
      alpn: ["h2", "http/1.1"],
      ech: true,
    },
  );
  for (const version of ["1.0", "1.1", "1.2", "1.3"] as const) {
    assertEquals(factsOf({ version })["version"], version);
  }
});

Deno.test("sample hello: the longest that the config allows is one record", () => {
  const alpn = Array.from({ length: 32 }, (_, i) => `${i}`.padEnd(255, "x"));
  const facts = factsOf({ sni: "a".repeat(60) + ".example", alpn, ech: true });
  assertEquals(facts["alpn"], alpn);
});

programTest(
  ["openssl"],
  "sample hello: openssl answers it with a ServerHello",
  async () => {
    await using folder = await tempFolder();
    const { file, keyFile } = await makeCertificate(folder.path, "a.example");
    await using stack = new AsyncDisposableStack();
    const port = await startOnFreePorts(1, async ([port]) => {
      const listen = ["-accept", `127.0.0.1:${port}`, "-alpn", "h2"];
      const args = ["s_server", "-quiet", "-cert", file, "-key", keyFile];
      const ports = [port!];
      stack.use(
        await startDaemon({
          program: "openssl",
          args: [...args, ...listen],
          ports,
        }),
      );
      return port!;
    });
    for (const version of ["1.2", "1.3"] as const) {
      for (const ech of [false, true]) {
        const sample = { sni: "a.example", alpn: ["h2"], version, ech };
        assertEquals(await answerTo(port, sample), SERVER_HELLO);
      }
    }
  },
);

/** A handshake record of TLS 1.2 or 1.3 with a ServerHello (type 2) in it. */
const SERVER_HELLO = { content: 0x16, version: 0x0303, message: 2 };

/** How a server begins its answer. */
async function answerTo(port: number, sample: HelloSample) {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await writeAll(conn, sampleHello(sample));
  const bytes = await within("the answer", readExactly(conn, 6));
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return {
    content: view.getUint8(0),
    version: view.getUint16(1),
    message: view.getUint8(5),
  };
}
