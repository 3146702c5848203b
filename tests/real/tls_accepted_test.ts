/**
 * Odd hellos, and what OpenSSL, GnuTLS, Go and rustls do with them: what one of
 * them takes is TLS to passthru, with the name that the server saw.
 */
import { assert, assertEquals } from "@std/assert";
import type { Verdict } from "../../src/detect/detector.ts";
import { tls } from "../../src/detect/protocols/tls.ts";
import { makeCertificate } from "../support/certificates.ts";
import { tempFolder } from "../support/daemon.ts";
import { type OddHello, oddHellos } from "../support/odd_hellos.ts";
import { programTest } from "../support/programs.ts";
import {
  askTlsServer,
  DEFAULT_HOST,
  startTlsServer,
  TLS_PROGRAMS,
} from "../support/tls_servers.ts";

for (const [library, program] of Object.entries(TLS_PROGRAMS)) {
  programTest(
    [program, "openssl"],
    `TLS: what ${library} takes is decided as it does`,
    async () => {
      await using server = await startTlsServer(
        library as keyof typeof TLS_PROGRAMS,
      );
      await checkAll(server.port, 50);
    },
  );
}

programTest(
  ["openssl"],
  "TLS: what rustls in Deno takes is decided as it does",
  async () => {
    await using folder = await tempFolder();
    const { file, keyFile } = await makeCertificate(folder.path, DEFAULT_HOST);
    using listener = Deno.listenTls({
      hostname: "127.0.0.1",
      port: 0,
      cert: await Deno.readTextFile(file),
      key: await Deno.readTextFile(keyFile),
      alpnProtocols: ["h2", "http/1.1"],
    });
    const serving = serve(listener);
    await checkAll(listener.addr.port, 50);
    listener.close();
    await serving;
  },
);

/** Shakes hands with whoever comes, and hangs up. */
async function serve(listener: Deno.TlsListener): Promise<void> {
  const open: Promise<void>[] = [];
  for (;;) {
    let conn: Deno.TlsConn;
    try {
      conn = await listener.accept();
    } catch {
      break;
    }
    open.push(
      conn.handshake().then(() => {}, () => {}).finally(() => conn.close()),
    );
  }
  await Promise.all(open);
}

/** Asks a server about all hellos; it must take so many at least. */
async function checkAll(port: number, least: number): Promise<void> {
  let taken = 0;
  for (const hello of oddHellos()) {
    const host = await askTlsServer(port, hello.bytes);
    if (host === null) continue;
    taken++;
    check(hello, host);
  }
  assert(taken >= least, `${taken} were taken`);
}

function check({ name, bytes, inDoubt }: OddHello, host: string): void {
  const careless = detect(bytes, []);
  assertEquals(careless.kind, "match", `no rule needs a fact: ${name}`);
  const careful = detect(bytes, ["sni", "alpn", "version"]);
  if (inDoubt) {
    assertEquals(careful.kind, "malformed", name);
    return;
  }
  assertEquals(careful.kind, "match", name);
  // The default is for those who name no host, or one that is not known.
  if (host === "" || host === DEFAULT_HOST) return;
  const { sni } = (careful as { facts: { sni?: string } }).facts;
  assert(sni === host || sni?.endsWith(`.${host}`), `${name}: ${sni}`);
}

function detect(bytes: Uint8Array, needs: readonly string[]): Verdict {
  return tls.detect(bytes, { ended: false, needs: new Set(needs) });
}
