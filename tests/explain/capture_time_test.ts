import { assertEquals } from "@std/assert";
import {
  fromClient,
  handshake,
  packetsOf,
  readCapture,
} from "../support/flows.ts";
import { pcap, pcapng, type TestPacket } from "../support/pcap_writer.ts";
import { bytesOf } from "../support/tcp.ts";
import { be, wire } from "../support/wire.ts";

const MOMENT_MS = Date.parse("2026-07-01T09:30:00.250Z");
const SECOND = Math.floor(MOMENT_MS / 1_000);
const PACKETS = packetsOf([...handshake(100), fromClient(101, bytesOf("x"))]);

/** The packets, a second apart. */
function stamped(
  stamp: (index: number) => readonly [number, number],
): TestPacket[] {
  return PACKETS.map((packet, index) => ({ ...packet, stamp: stamp(index) }));
}

/** A number of ticks in the two halves that pcapng has. */
function halves(ticks: bigint): readonly [number, number] {
  return [Number(ticks >> 32n), Number(ticks & 0xffffffffn)];
}

/** When the connection of a capture began, and who began it. */
async function origin(capture: Uint8Array) {
  const { flows, error } = await readCapture(capture);
  assertEquals(error, null);
  assertEquals(flows.length, 1);
  const { from, acceptedAt } = flows[0]!;
  return [from, acceptedAt];
}

Deno.test("captures: a connection has the time of its first packet, in pcap", async () => {
  for (const littleEndian of [false, true]) {
    assertEquals(
      await origin(
        pcap(stamped((i) => [SECOND + i, 250_000]), { littleEndian }),
      ),
      ["192.0.2.7", MOMENT_MS],
    );
    const options = { littleEndian, nanoseconds: true };
    assertEquals(
      await origin(pcap(stamped((i) => [SECOND + i, 250_000_000]), options)),
      ["192.0.2.7", MOMENT_MS],
    );
  }
});

Deno.test("captures: a connection has the time of its first packet, in pcapng", async () => {
  const at = (perSecond: bigint) => (index: number) =>
    halves((BigInt(MOMENT_MS) * perSecond) / 1000n + BigInt(index));
  for (const littleEndian of [false, true]) {
    for (const block of ["enhanced", "old"] as const) {
      const of = (packets: TestPacket[], more: object = {}) =>
        origin(pcapng(packets, { littleEndian, block, ...more }));
      const expected = ["192.0.2.7", MOMENT_MS];
      assertEquals(await of(stamped(at(1_000_000n))), expected);
      const nanoseconds = stamped(at(1_000_000_000n));
      assertEquals(await of(nanoseconds, { nanoseconds: true }), expected);
    }
  }
});

Deno.test("captures: pcapng may count in powers of two and from another start", async () => {
  const options = wire(
    wire(be(9, 2), be(1, 2), 0x8a, 0, 0, 0), // 1/1024 of a second
    wire(be(2, 2), be(3, 2), bytesOf("lo0"), 0), // a name, padded
    wire(be(14, 2), be(8, 2), be(0, 4), be(1_000, 4)), // 1000 s later
    wire(be(0, 2), be(0, 2)),
  );
  const ticks = BigInt(SECOND - 1_000) * 1024n + 256n;
  const capture = pcapng(stamped((i) => halves(ticks + BigInt(i))), {
    littleEndian: false,
    interfaceOptions: options,
  });
  assertEquals(await origin(capture), ["192.0.2.7", MOMENT_MS]);
});

Deno.test("captures: a stamp behind the end of all calendars is none", async () => {
  const options = wire(be(14, 2), be(8, 2), be(0x7fffffff, 4), be(0, 4));
  const capture = pcapng(PACKETS, {
    littleEndian: false,
    interfaceOptions: options,
  });
  assertEquals(await origin(capture), ["192.0.2.7", undefined]);
});

Deno.test("captures: a simple block has no time", async () => {
  const capture = pcapng(PACKETS, { block: "simple" });
  assertEquals(await origin(capture), ["192.0.2.7", undefined]);
});
