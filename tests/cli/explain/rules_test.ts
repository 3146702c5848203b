/** `explain` with rules by client address and time. */
import { assertEquals, assertMatch } from "@std/assert";
import { explain, recordsOf } from "../../support/explain_cli.ts";
import { fromClient, handshake, packetsOf } from "../../support/flows.ts";
import { pcap } from "../../support/pcap_writer.ts";
import { bytesOf } from "../../support/tcp.ts";

const SSH = bytesOf("SSH-2.0-x\r\n");
const HEX = SSH.toHex();
const REJECT = { action: "REJECT" };
const CONFIG = {
  version: "v1.0.0",
  servers: {
    ":22": {
      SSH: {
        "FROM 192.0.2.0/24": REJECT,
        "!SOFTWARE OpenSSH* TIME 08:00-18:00@Europe/Berlin": REJECT,
        CATCHALL: REJECT,
      },
    },
  },
};

/** The rule for a client that sends an SSH identification, and the notes. */
async function decide(...args: string[]): Promise<unknown[]> {
  const { stdout, stderr } = await explain(
    ["-c", "cfg.jsonc", "--json", ...args],
    { "cfg.jsonc": CONFIG, "trace.pcap": trace() },
  );
  assertEquals(stderr, "");
  const [{ rule, notes } = {}] = recordsOf(stdout);
  return [rule, notes];
}

/** A capture of a client of 192.0.2.7 on a Wednesday at 11:30 in Berlin. */
function trace(): Uint8Array {
  const seconds = Date.parse("2026-07-01T09:30:00Z") / 1_000;
  const packets = packetsOf([...handshake(100), fromClient(101, SSH)]);
  return pcap(
    packets.map((packet, i) => ({ ...packet, stamp: [seconds + i, 0] })),
  );
}

const BY_NETWORK = "SSH/FROM 192.0.2.0/24";
const BY_TIME = "SSH/!SOFTWARE OpenSSH* TIME 08:00-18:00@Europe/Berlin";
const NO_CLIENT =
  "the client's address is unknown, so neither FROM nor !FROM matches: give --from";
const NO_TIME =
  "the time is unknown, so neither TIME nor !TIME matches: give --at";

Deno.test("explain: bytes alone have no client and no time, which is said", async () => {
  const input = ["--hex", HEX];
  assertEquals(await decide(...input), [
    "SSH/CATCHALL",
    [NO_CLIENT, NO_TIME],
  ]);
  assertEquals(await decide(...input, "--from", "192.0.2.9"), [
    BY_NETWORK,
    [NO_TIME],
  ]);
  const day = ["--time", "2026-01-05T08:00:00+01:00"];
  assertEquals(await decide(...input, ...day), [BY_TIME, [NO_CLIENT]]);
  const night = ["--time", "2026-01-05t18:00:00.5+01:00"];
  assertEquals(await decide(...input, "--from", "::1", ...night), [
    "SSH/CATCHALL",
    [],
  ]);
});

Deno.test("explain --pcap: client and time are those of the capture, or those given", async () => {
  const input = ["--pcap", "trace.pcap"];
  assertEquals(await decide(...input), [BY_TIME, []]);
  const night = ["--time", "2026-07-01T20:00:00Z"];
  assertEquals(await decide(...input, ...night), [BY_NETWORK, []]);
  assertEquals(await decide(...input, ...night, "--from", "10.0.0.1"), [
    "SSH/CATCHALL",
    [],
  ]);
});

Deno.test("explain: says what a condition on client, time or the opposite has found", async () => {
  const args = ["--from", "10.0.0.1", "--time", "2026-07-01T20:00:00Z"];
  const { stdout } = await explain(
    ["-c", "cfg.jsonc", "--hex", HEX, ...args],
    { "cfg.jsonc": CONFIG },
  );
  assertMatch(
    stdout,
    / {2}SSH\/FROM 192\.0\.2\.0\/24 +FROM: wanted 192\.0\.2\.0\/24, found 10\.0\.0\.1\n/,
  );
  assertMatch(
    stdout,
    /TIME: wanted 08:00-18:00@Europe\/Berlin, found "Wed 22:00 Europe\/Berlin"\n/,
  );
  const open = bytesOf("SSH-2.0-OpenSSH_9.6\r\n").toHex();
  const other = await explain(
    ["-c", "cfg.jsonc", "--hex", open, ...args],
    { "cfg.jsonc": CONFIG },
  );
  assertMatch(
    other.stdout,
    / {2}!SOFTWARE OpenSSH\*: found OpenSSH_9\.6\n/,
  );
});

Deno.test("explain: what is no address and no time is a wrong command line", async () => {
  const config = { "cfg.jsonc": CONFIG };
  const input = ["-c", "cfg.jsonc", "--hex", HEX];
  const bad = await explain(
    [...input, "--from", "10.0.0.0/8", "--time", "2026-02-30T00:00:00Z"],
    config,
  );
  assertEquals(bad.code, 2);
  assertMatch(bad.stderr, /"--from": found "10\.0\.0\.0\/8", expected an IP/);
  assertMatch(bad.stderr, /"--time": found "2026-02-30T00:00:00Z", expected/);
  for (const time of ["now", "2026-07-01", "2026-07-01T09:30:00", "09:30Z"]) {
    const { code } = await explain([...input, "--time", time], config);
    assertEquals(code, 2, time);
  }
  const alone = await explain(["--hex", HEX, "--from", "10.0.0.1"]);
  assertEquals(alone.code, 2);
  assertMatch(alone.stderr, /Option "--from" needs "--config"/);
});
