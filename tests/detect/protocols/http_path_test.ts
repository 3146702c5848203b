import { assertEquals } from "@std/assert";
import { normalPath } from "../../../src/detect/protocols/http_path.ts";

Deno.test("normalPath() leaves a path in its normal form as it is", () => {
  for (
    const path of [
      "/",
      "/a/b.c/",
      "/.well-known/x",
      "/..a/...",
      "/a;b=c",
      "/a%25",
      "/%E2%82%AC%20%3F%23",
      "/!\"$&'()*+,-:<=>@[]^_`{|}~",
    ]
  ) {
    assertEquals(normalPath(path), { ok: true, path });
  }
});

Deno.test("normalPath() brings the spellings of a path together", () => {
  const spellings: Record<string, readonly string[]> = {
    "/admin": [
      "/api/../admin",
      "/api/%2e%2e/admin",
      "/api/.%2E/admin",
      "//admin",
      "/%61dmin",
      "/./admin",
      "///.//admin",
      "/../../admin",
    ],
    "/admin/": ["/admin//", "/admin/.", "/admin/a/..", "/admin/%2e"],
    "/": ["//", "/.", "/..", "/a/.."],
    "/a%20b%C3%BC": ["/a b\xc3\xbc", "/a%20b%c3%bc"],
    "/a%2561": ["/a%2561"],
    "/$a": ["/%24a"],
  };
  for (const [path, others] of Object.entries(spellings)) {
    for (const other of others) {
      assertEquals(normalPath(other), { ok: true, path }, other);
    }
  }
});

Deno.test("normalPath() is in doubt where servers differ", () => {
  const problems: Record<string, string> = {
    "/a%2fb": "the path contains an escaped slash",
    "/a%2Fb": "the path contains an escaped slash",
    "/a%5cb": "the path contains a backslash",
    "/a\\..\\b": "the path contains a backslash",
    "/a%00": "the path contains an escaped NUL byte",
    "/a%": "the path contains an invalid escape",
    "/a%4": "the path contains an invalid escape",
    "/a%4g": "the path contains an invalid escape",
    "/a/..;b/c": "the path has a parameter behind a dot segment",
    "/a/.;/c": "the path has a parameter behind a dot segment",
    "/a/.%2e%3b/c": "the path has a parameter behind a dot segment",
    "/a//../b": "the path has a dot segment behind an empty one",
  };
  for (const [path, why] of Object.entries(problems)) {
    assertEquals(normalPath(path), { ok: false, why }, path);
  }
});
