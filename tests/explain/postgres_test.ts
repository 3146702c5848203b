import { assertEquals } from "@std/assert";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { detectorsContext } from "../../src/explain/context.ts";
import { explainFlow } from "../../src/explain/explain_flow.ts";
import { toRecord } from "../../src/explain/record.ts";
import { contextOf } from "../support/explain.ts";
import { flowOf } from "../support/flows.ts";
import {
  CANCEL_REQUEST,
  GSSENC_REQUEST,
  helloFor,
  SSL_REQUEST,
  startup,
} from "../support/postgres_wire.ts";
import { be, hex, wire } from "../support/wire.ts";

function explained(...segments: Uint8Array[]) {
  const context = detectorsContext(BUILTINS);
  const { protocol, facts } = toRecord(
    explainFlow(flowOf(...segments), context),
  );
  return { protocol, sni: facts["sni"], user: facts["user"] };
}

Deno.test("explain: a capture of PostgreSQL shows the name behind the requests", () => {
  const hello = helloFor("db-a.example");
  const named = {
    protocol: "POSTGRES",
    sni: "db-a.example",
    user: undefined,
  };
  assertEquals(explained(SSL_REQUEST, hello), named);
  assertEquals(explained(GSSENC_REQUEST, SSL_REQUEST, hello), named);
});

Deno.test("explain: a capture is PostgreSQL, whatever its server replied", () => {
  const nameless = { protocol: "POSTGRES", sni: undefined, user: undefined };
  const message = startup("user\0al\0");
  assertEquals(explained(SSL_REQUEST), nameless);
  assertEquals(explained(SSL_REQUEST, message), nameless);
  const token = wire(be(300, 4), hex("6082"));
  assertEquals(explained(GSSENC_REQUEST, token), nameless);
  assertEquals(explained(GSSENC_REQUEST, message), {
    ...nameless,
    user: "al",
  });
});

Deno.test("explain: a request to cancel goes to all targets that it may be for", () => {
  const forward = (to: string) => ({ action: "FORWARD", to_addr: to });
  const server = {
    POSTGRES: {
      "SNI a.test": forward("127.0.0.1:1"),
      "SNI b.test FROM 10.0.0.0/8": forward("127.0.0.1:2"),
      "USER app": forward("127.0.0.1:3"),
      CATCHALL: { action: "REJECT" },
    },
  };
  const { rule, target, lost } = toRecord(
    explainFlow(flowOf(CANCEL_REQUEST), contextOf(server, BUILTINS)),
  );
  assertEquals([rule, target], ["POSTGRES/CANCEL", "127.0.0.1:1, 127.0.0.1:3"]);
  assertEquals(lost.map(({ rule }) => rule), [
    "POSTGRES/SNI b.test FROM 10.0.0.0/8",
    "POSTGRES/CATCHALL",
  ]);
});
