/**
 * FastCGI, by the record that begins a request.
 *
 * `maxBytes` 16384: that record and the parameters.
 *
 * @module
 */
import { readAuthority } from "../authority.ts";
import { latin1 } from "../byte_reader.ts";
import { ByteForm } from "../byte_form.ts";
import type { Detector, DetectState, Verdict } from "../detector.ts";
import { match, more, needs } from "../detector.ts";
import { certain } from "../learnt.ts";
import { hostWord } from "../rule_grammar.ts";
import { readParameters } from "./fastcgi_parameters.ts";
import { matchLearnt, nameWord, readName } from "./text_facts.ts";

/** Version 1, type 1, id, 8 bytes, padding, 0; role, flags, five times 0. */
const FORM = new ByteForm(
  "01 01 .. .. 0008 .. 00 00 01-03 00-01 0000000000",
);
const PADDING_AT = 6;
const MAX_BYTES = 16384;

/** Recognises a web server that speaks to an application. */
export const fastcgi: Detector = {
  name: "FASTCGI",
  summary: "FastCGI (PHP-FPM), by the record that begins a request",
  maxBytes: MAX_BYTES,
  rules: {
    HOST: hostWord("host"),
    SCRIPT: nameWord("script", "/srv/app/index.php"),
  },
  docs: {
    firstBytes:
      "`01 01`, BE16 id, `00 08`, padding, `00`; BE16 role of 1 to 3, flags `00` or `01`, five times `00`; then records of parameters: `01 04`, the id, BE16 length, padding, `00`",
    facts: {
      host:
        "the parameter `HTTP_HOST`, or `SERVER_NAME` if it is missing: lower case, without port, final dot and the brackets of IPv6",
      script: "the parameter `SCRIPT_FILENAME`, as sent",
    },
    source: [
      {
        text: "FastCGI Specification §3.3, §5.1, §5.2",
        url: "https://fastcgi-archives.github.io/FastCGI_Specification.html",
      },
    ],
    stance: [
      "Strict: every byte of the record. A management record (`01 09`), which web servers hardly ever send, is not matched.",
      "A connection that is kept carries the requests of many clients: rules judge the first.",
    ],
  },
  detect(view, state) {
    const form = FORM.check(view);
    if (form !== null) return form;
    return needs(state, "host") || needs(state, "script")
      ? detectParameters(view, state)
      : match({});
  },
};

function detectParameters(view: Uint8Array, state: DetectState): Verdict {
  const found = readParameters(
    view.subarray(0, MAX_BYTES),
    FORM.length + view[PADDING_AT]!,
  );
  if (!found.isWhole && !state.ended && view.length < MAX_BYTES) {
    return more(Math.min(found.next, MAX_BYTES));
  }
  const text = (name: string) => {
    const bytes = found.values.get(name);
    return bytes && latin1(bytes);
  };
  const host = text("HTTP_HOST") || text("SERVER_NAME");
  return matchLearnt([
    ["host", host ? readAuthority(host) : certain(undefined)],
    ["script", readName("script", text("SCRIPT_FILENAME"))],
  ], state);
}
