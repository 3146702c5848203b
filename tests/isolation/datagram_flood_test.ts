/** A flood of QUIC's first packets from many addresses. */
import { assert, assertEquals } from "@std/assert";
import { sampleHello } from "../../src/explain/sample_hello.ts";
import { udpEcho, UdpEnd } from "../support/datagrams.ts";
import { startPassthru } from "../support/process.ts";
import { crypto as cryptoFrame, initial } from "../support/quic_packets.ts";

const MOST_FLOWS = 300;
const ADDRESSES = 250;
const INITIALS = 4_000;

/** Descriptors and resident memory (MiB) of a process. */
function held(pid: number): { descriptors: number; mebibytes: number } {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  return {
    descriptors: [...Deno.readDirSync(`/proc/${pid}/fd`)].length,
    mebibytes: Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1024,
  };
}

Deno.test("flood: Initials from many addresses leave descriptors and memory flat, and established flows served", async () => {
  await using echo = udpEcho("one");
  using sink = new UdpEnd();
  await using passthru = await startPassthru({
    version: "v1.0.0",
    log: { level: "warn" },
    servers: {
      "127.0.0.1:0/udp": {
        QUIC: { "SNI a.example": sink.text },
        CATCHALL: echo.text,
        options: { max_connections: MOST_FLOWS },
      },
    },
  }, { args: ["--log-level", "info"] });
  const port = passthru.ports[0]!;
  using good = new UdpEnd();
  let asked = 0;
  const ask = async () => {
    const text = `still there ${++asked}`;
    await good.send(text, port);
    // What the kernel drops in a flood is sent again, as any client does.
    const again = setInterval(() => void good.send(text, port), 300);
    while ((await good.next()).text !== `one:${text}`);
    clearInterval(again);
  };
  await ask();
  await ask();
  const hello = cryptoFrame(0, sampleHello({ sni: "a.example" }).subarray(5));
  const ends = Array.from(
    { length: ADDRESSES },
    (_, i) => new UdpEnd(0, `127.0.1.${i + 1}`),
  );
  const flood = async (count: number) => {
    for (let n = 0; n < count; n++) {
      const dcid = crypto.getRandomValues(new Uint8Array(8));
      await ends[n % ADDRESSES]!.send(initial(hello, { dcid }), port);
      if (n % 200 === 0) await ask();
    }
  };
  await flood(INITIALS / 2);
  const before = held(passthru.pid);
  await flood(INITIALS / 2);
  await ask();
  const after = held(passthru.pid);
  for (const end of ends) end[Symbol.dispose]();
  assert(after.descriptors <= MOST_FLOWS + 100, `${after.descriptors}`);
  assert(
    after.mebibytes - before.mebibytes < 40,
    `${before.mebibytes} MiB, then ${after.mebibytes} MiB`,
  );
  assertEquals(echo.clients.size, 1);
});
