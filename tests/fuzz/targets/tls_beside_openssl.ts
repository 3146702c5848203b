/**
 * ClientHellos: the server name that rules are told beside the one that OpenSSL
 * reads.
 *
 * @module
 */
import type { Verdict } from "../../../src/detect/detector.ts";
import { normalizeHost } from "../../../src/detect/host.ts";
import { tls } from "../../../src/detect/protocols/tls.ts";
import { makeCertificate } from "../../support/certificates.ts";
import { type Compared, comparedTarget } from "../compared.ts";
import { type Input, joined } from "../input.ts";
import { OracleProgram } from "../oracles/program.ts";
import type { FuzzTarget } from "../target.ts";
import { addVerdict } from "../verdicts.ts";

/** What OpenSSL reads; `null`: it waits for more. */
type Theirs =
  | { readonly sni: string | null }
  | { readonly error: string }
  | null;

const PROGRAM =
  new URL("../oracles/openssl_hellos.py", import.meta.url).pathname;
const OPEN = { ended: false };

/** The differences that are explained, by their kind. */
const EXPLAINED = {
  refused: "OpenSSL refuses what is sound for routing: it judges for itself",
  doubt: "in doubt, so that a rule that tests it refuses it",
} as const;

/** TLS beside OpenSSL. */
export async function tlsBesideOpenssl(
  seeds: readonly Input[],
  tokens: readonly Uint8Array[],
): Promise<FuzzTarget> {
  const folder = await Deno.makeTempDir();
  const { file, keyFile } = await makeCertificate(folder, "a.test");
  const openssl = new OracleProgram<Theirs>("/usr/bin/python3", [
    PROGRAM,
    file,
    keyFile,
  ]);
  return comparedTarget<Verdict, Theirs>({
    name: "tls_beside_openssl",
    seeds: seeds.filter((input) =>
      tls.detect(joined(input), OPEN).kind !== "no"
    ),
    tokens,
    weight: 4,
    ours(view, path) {
      const verdict = tls.detect(view, OPEN);
      addVerdict(path, verdict, { index: 0, decidedAt: view.length >> 4 });
      return verdict.kind === "no" && view.length % 4 > 0 ? undefined : verdict;
    },
    theirs: (batch) => openssl.ask(batch),
    compare,
    async close() {
      await openssl.close();
      await Deno.remove(folder, { recursive: true });
    },
  });
}

function compare(ours: Verdict, theirs: Theirs): Compared | null {
  if (theirs === null) return null;
  if ("error" in theirs) {
    return ours.kind === "match"
      ? { explained: EXPLAINED.refused, what: theirs.error }
      : null;
  }
  const read = JSON.stringify(theirs.sni);
  switch (ours.kind) {
    case "no":
      return { explained: null, what: `TLS: only OpenSSL takes it: ${read}` };
    case "more":
      return { explained: null, what: `TLS: OpenSSL does not wait: ${read}` };
    case "malformed":
      return { explained: EXPLAINED.doubt, what: ours.why };
  }
  const { sni = null } = ours.facts;
  const theirName = theirs.sni === null ? null : normalizeHost(theirs.sni);
  return sni === theirName
    ? null
    : { explained: null, what: `TLS: another name: "${sni}", ${read}` };
}
