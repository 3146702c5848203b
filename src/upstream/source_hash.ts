/**
 * Rendezvous hashing: every target gets a score with the client, and the highest
 * wins. When a target comes or goes, only its own clients move.
 *
 * The scores depend on nothing but the client's address and the targets, so that
 * several passthrus agree.
 *
 * @module
 */

/** The targets, by their places in the upstream. */
export interface HashedTargets {
  readonly weights: readonly number[];
  /** What tells each target apart, whatever its place. */
  readonly keys: readonly string[];
}

/**
 * The candidate that a client belongs to.
 *
 * @param client The client's address without the port.
 */
export function sourceHash(
  candidates: readonly number[],
  client: string,
  { weights, keys }: HashedTargets,
): number {
  const network = clientNetwork(client);
  let [best, bestScore] = [candidates[0]!, -Infinity];
  for (const target of candidates) {
    // -w / ln(h), with h evenly spread over (0, 1): each target gets as many
    // clients as its weight says, and a score moves with no weight but its own
    // (Schindelhauer and Schomaker, "Weighted distributed hash tables", 2005).
    const score = -weights[target]! / Math.log(hash(network, keys[target]!));
    if (score > bestScore) [best, bestScore] = [target, score];
  }
  return best;
}

/**
 * What a client is told apart by: its IPv4 address, or the first 64 bits of its
 * IPv6 address, since a client changes the others at will (RFC 8981).
 */
export function clientNetwork(address: string): string {
  if (!address.includes(":")) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped !== null) return mapped[1]!;
  const [head = "", tail] = address.toLowerCase().split("::");
  const groups = (text: string) => text === "" ? [] : text.split(":");
  const [first, last] = [groups(head), groups(tail ?? "")];
  // An IPv4 address at the end stands for two groups.
  const known = first.length + last.length + (address.includes(".") ? 1 : 0);
  const zeros = tail === undefined ? 0 : 8 - known;
  const all = [...first, ...Array<string>(zeros).fill("0"), ...last];
  return all.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, "")).join(
    ":",
  );
}

/** A number between 0 and 1, neither of them, from two texts. */
function hash(a: string, b: string): number {
  // Two lanes of FNV-1a, then the finisher of MurmurHash3: 53 bits in all.
  let [low, high] = [0x811c9dc5, 0x01000193];
  for (const char of `${a}\n${b}`) {
    const code = char.codePointAt(0)!;
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x5bd1e995);
  }
  const [x, y] = [mixed(low ^ high), mixed(high + Math.imul(low, 0x9e3779b1))];
  return ((x >>> 0) * 2 ** 21 + (y >>> 11) + 0.5) / 2 ** 53;
}

function mixed(value: number): number {
  let x = value;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}
