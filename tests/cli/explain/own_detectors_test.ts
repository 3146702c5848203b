import { assertEquals } from "@std/assert";
import { explain, recordsOf } from "../../support/explain_cli.ts";

Deno.test("explain -c asks the detectors that the config declares", async () => {
  const config = {
    version: "v1.0.0",
    detectors: { MINE: { prefix: "hex:cafe" } },
    servers: {
      "127.0.0.1:1": {
        MINE: { CATCHALL: { action: "FORWARD", to_addr: "127.0.0.1:2" } },
      },
    },
  };
  const { code, stdout } = await explain(
    ["-c", "cfg.jsonc", "--hex", "cafe00", "--json"],
    { "cfg.jsonc": config },
  );
  assertEquals(code, 0);
  const [record] = recordsOf(stdout);
  assertEquals(
    [record!.protocol, record!.rule, record!.target],
    ["MINE", "MINE/CATCHALL", "127.0.0.1:2"],
  );
  const [verdict] = record!.verdicts as { offset: number }[];
  assertEquals(verdict!.offset, 1);
});
