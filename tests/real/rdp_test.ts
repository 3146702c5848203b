/** xfreerdp through passthru: cookies, tokens and preconnection blobs. */
import { assertEquals } from "@std/assert";
import type { Facts } from "../../src/detect/detector.ts";
import { forwardTo, oneServer, serveConfig } from "../support/passthru.ts";
import { program, programTest } from "../support/programs.ts";
import { service } from "../support/services.ts";
import { startXDisplay } from "../support/x_display.ts";

const BOTH = ["tls", "hybrid"];

/** Options of xfreerdp, and what must be learnt. */
const CLIENTS: readonly (readonly [string, readonly string[], Facts])[] = [
  ["a user", [], { cookie: "alice", protocols: BOTH }],
  ["standard security", ["/sec:rdp"], { cookie: "alice", protocols: ["rdp"] }],
  [
    "a routing token of its own",
    ["/load-balance-info:mycloud-broker-token-42"],
    { token: "mycloud-broker-token-42", protocols: BOTH },
  ],
  [
    "a preconnection blob with a text",
    ["/pcb:vm-7"],
    {
      preconnection: "vm-7",
      preconnection_id: 0,
      cookie: "alice",
      protocols: BOTH,
    },
  ],
  [
    "a preconnection blob with an id",
    ["/pcid:7"],
    { preconnection_id: 7, cookie: "alice", protocols: BOTH },
  ],
  [
    "a preconnection blob before TLS",
    ["/pcb:vm-7", "-nego", "/sec:tls"],
    { preconnection: "vm-7", preconnection_id: 0, protocols: ["tls"] },
  ],
];

programTest(
  ["xfreerdp", "Xvfb"],
  "RDP: xfreerdp is found, and what it asks for",
  async () => {
    await using display = await startXDisplay();
    // A server that hangs up: the client then gives up at once.
    await using server = service(async (conn) => {
      await conn.read(new Uint8Array(4096));
    });
    for (const [what, options, facts] of CLIENTS) {
      // One for each, since a client may try again.
      await using passthru = serveConfig(oneServer({
        RDP: forwardTo(server.address),
      }));
      const client = new Deno.Command(program("xfreerdp"), {
        args: [
          ...[`/v:127.0.0.1:${passthru.port}`, "/u:alice", "/p:x"],
          ...["/cert-ignore", "/log-level:OFF", ...options],
        ],
        env: { DISPLAY: display.name },
        stdin: "null",
        stdout: "null",
        stderr: "null",
      }).spawn();
      const report = await passthru.report(1);
      try {
        client.kill();
      } catch {
        // It has ended by itself.
      }
      await client.status;
      assertEquals([report.protocol, report.facts], ["RDP", facts], what);
    }
  },
);
