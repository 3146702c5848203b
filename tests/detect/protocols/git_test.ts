import { assert, assertEquals } from "@std/assert";
import { git } from "../../../src/detect/protocols/git.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { hex, wire } from "../../support/wire.ts";

testDetector(git, {
  positive: [
    {
      name: "a fetch",
      bytes: packet("git-upload-pack /a/b.git\0host=Git.Example.COM\0"),
      facts: { path: "/a/b.git", host: "git.example.com" },
    },
    {
      name: "a fetch of version 2, and what follows",
      bytes: wire(
        packet("git-upload-pack /a.git\0host=[::1]:9418\0\0version=2\0"),
        "0014command=ls-refs\n",
      ),
      facts: { path: "/a.git", host: "::1" },
    },
    {
      name: "a push",
      bytes: packet("git-receive-pack /~me/a.git\0host=h:9418\0"),
      facts: { path: "/~me/a.git", host: "h" },
    },
    {
      name: "an archive, without a host",
      bytes: packet("git-upload-archive /b\xc3\xbc \0"),
      facts: { path: "/b\xc3\xbc " },
    },
    {
      name: "a parameter that is not the host",
      bytes: packet("git-upload-pack /a\0version=2\0"),
      facts: { path: "/a" },
    },
    {
      name: "a user's path, as git sends it",
      bytes: packet("git-upload-pack ~me/a.git\0host=h\0"),
      facts: { path: "~me/a.git", host: "h" },
    },
    {
      name: "no NUL at all",
      bytes: packet("git-upload-pack /a"),
      facts: { path: "/a" },
    },
  ],
  negative: [
    { name: "text", bytes: wire("git-upload-pack /a") },
    { name: "a long packet", bytes: wire("2000git-") },
    { name: "a length of capitals", bytes: wire("00A") },
    { name: "a length that is none", bytes: wire("00g") },
    { name: "another packet", bytes: wire("0032want ") },
    { name: "another service", bytes: wire("0032git-shell ") },
    { name: "a relative path", bytes: wire("0032git-upload-pack a") },
    {
      name: "a packet shorter than that",
      bytes: wire("0010git-upload-pack /"),
    },
    { name: "tinc", bytes: wire("0 a 17\n") },
    { name: "LDAP", bytes: hex("30 30 02 01 01") },
    { name: "HTTP", bytes: wire("GET /a HTTP/1.1\r\n") },
  ],
  malformed: [
    {
      name: "a path with a line end",
      bytes: packet("git-upload-pack /a\n\0host=a\0"),
      why: "the path contains an invalid byte",
    },
    {
      name: "an empty host",
      bytes: packet("git-upload-pack /a\0host=\0"),
      why: "the host is empty",
    },
    {
      name: "a host that is none",
      bytes: packet("git-upload-pack /a\0host=a/b\0"),
      why: 'the host holds "/"',
    },
  ],
});

Deno.test("GIT: asks for the whole packet once it knows the length", () => {
  const view = packet("git-upload-pack /a/b.git\0host=a\0");
  assertEquals(git.detect(view.subarray(0, 21), { ended: false }), {
    kind: "more",
    atLeast: view.length,
  });
});

Deno.test("GIT: PATH takes a path or a prefix", () => {
  const { PATH } = git.rules;
  const prefix = PATH!.parse("/team/*");
  assert(prefix.ok);
  assert(prefix.matcher.test({ path: "/team/a.git" }));
  assert(!prefix.matcher.test({ path: "/other/a.git" }));
  assert(!PATH!.parse("team").ok);
});

function packet(text: string): Uint8Array {
  const length = (4 + text.length).toString(16).padStart(4, "0");
  return wire(length, text);
}
