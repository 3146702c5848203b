import { assertEquals } from "@std/assert";
import {
  type KnownNames,
  meantName,
  nearest,
  nearestNames,
} from "../../src/detect/near_names.ts";

Deno.test("nearest() finds typing errors and nothing far off", () => {
  const names = ["TLS", "HTTP", "HTTP2", "SSH", "drain_timeout"];
  assertEquals(nearest("TSL", names), "TLS");
  assertEquals(nearest("tls", names), "TLS");
  assertEquals(nearest("HTPT", names), "HTTP");
  assertEquals(nearest("drain_timout", names), "drain_timeout");
  assertEquals(nearest("quic", names), null);
  assertEquals(nearest("", names), null);
  assertEquals(nearest("x".repeat(100_000), names), null);
});

Deno.test("nearestNames() puts the fewest edits first, and a name that is the same alone", () => {
  const names = ["MEMCACHE", "MEMCACHED", "HTTP2", "HTTP"];
  assertEquals(nearestNames("HTTPX", names), ["HTTP2", "HTTP"]);
  assertEquals(nearestNames("memcachedd", names), [
    "MEMCACHED",
    "MEMCACHE",
  ]);
  assertEquals(nearestNames("http2", names), ["HTTP2"]);
  assertEquals(nearestNames("quic", names), []);
});

Deno.test("meantName() knows other names, other spellings and typing errors", () => {
  const known: KnownNames = {
    what: "a test",
    names: ["h2", "http/1.1", "postgresql"],
    others: { http2: "h2" },
  };
  assertEquals(meantName("http2", known), "h2");
  assertEquals(meantName("HTTP/2", known), "h2");
  assertEquals(meantName("http11", known), "http/1.1");
  assertEquals(meantName("postgres", known), "postgresql");
  for (const name of [...known.names, "h3", "x-own", "constructor", ""]) {
    assertEquals(meantName(name, known), null, name);
  }
});
