/**
 * The hosts that rules name, to find whether another one meets any of them.
 *
 * @module
 */
import {
  type HostExpression,
  type HostName,
  type HostPattern,
  isWithinHost,
} from "./host_pattern.ts";

/** A label of a name, and what is below it. */
interface Label<Owner> {
  readonly below: Map<string, Label<Owner>>;
  /** Who has the name that ends here. */
  exact?: Owner;
  /** Who has all names below. */
  wildcard?: Owner;
}

/** A host that is taken, with whoever has it. */
export interface TakenHost<Owner> {
  readonly host: HostPattern;
  readonly owner: Owner;
}

/**
 * Hosts with their owners. Asking takes time by the labels of a name, and by the
 * number of regular expressions.
 */
export class TakenNames<Owner> {
  readonly #root: Label<Owner> = { below: new Map() };
  readonly #patterns: {
    readonly host: HostExpression;
    readonly owner: Owner;
  }[] = [];

  /** Adds a host; of several owners of one, the first counts. */
  add(host: HostPattern, owner: Owner): void {
    if (host.form === "pattern") {
      this.#patterns.push({ host, owner });
      return;
    }
    let at = this.#root;
    for (const label of labelsOf(host)) {
      let next = at.below.get(label);
      if (next === undefined) {
        next = { below: new Map() };
        at.below.set(label, next);
      }
      at = next;
    }
    if (host.form === "exact") at.exact ??= owner;
    else at.wildcard ??= owner;
  }

  /**
   * A host that is taken and may be the same as one of these; `null`: none.
   *
   * A wildcard is taken to meet every regular expression.
   */
  find(
    host: HostName,
    { granted = null, counts = () => true }: FindOptions<Owner> = {},
  ): TakenHost<Owner> | null {
    const labels = labelsOf(host);
    let at: Label<Owner> | undefined = this.#root;
    for (let depth = 0; depth <= labels.length && at !== undefined; depth++) {
      // Its wildcard has what is below, but not the name itself.
      const isBelow = depth < labels.length || host.form === "suffix";
      if (at.wildcard !== undefined && isBelow && counts(at.wildcard)) {
        const taken = wildcard(labels.slice(0, depth));
        if (granted === null || !isWithinHost(granted, taken)) {
          return { host: taken, owner: at.wildcard };
        }
      }
      if (depth < labels.length) at = at.below.get(labels[depth]!);
    }
    const exactly = at === undefined
      ? null
      : host.form === "suffix"
      ? firstBelow(at, labels, counts)
      : at.exact !== undefined && counts(at.exact)
      ? { host, owner: at.exact }
      : null;
    return exactly ?? this.#byPattern(host, counts);
  }

  #byPattern(
    { form, value }: HostName,
    counts: (owner: Owner) => boolean,
  ): TakenHost<Owner> | null {
    return this.#patterns.find(({ host, owner }) =>
      counts(owner) && (form === "suffix" || host.fits(value))
    ) ?? null;
  }
}

/** What {@linkcode TakenNames.find} may be told. */
export interface FindOptions<Owner> {
  /**
   * What the host is within; a wildcard that is taken does not count when it has
   * all of that, too. Default: each counts.
   */
  readonly granted?: HostName | null;
  /** Whether what somebody has counts. Default: it does. */
  readonly counts?: (owner: Owner) => boolean;
}

/** A host below a label, at any depth. */
function firstBelow<Owner>(
  { below }: Label<Owner>,
  labels: readonly string[],
  counts: (owner: Owner) => boolean,
): TakenHost<Owner> | null {
  for (const [label, next] of below) {
    const path = [...labels, label];
    if (next.exact !== undefined && counts(next.exact)) {
      return { host: exact(path), owner: next.exact };
    }
    if (next.wildcard !== undefined && counts(next.wildcard)) {
      return { host: wildcard(path), owner: next.wildcard };
    }
    const found = firstBelow(next, path, counts);
    if (found !== null) return found;
  }
  return null;
}

/** The labels of a name or of a wildcard's domain, the last one first. */
function labelsOf({ value }: HostName): string[] {
  return value.replace(/^\./, "").split(".").reverse();
}

function exact(labels: readonly string[]): HostName {
  return { form: "exact", value: [...labels].reverse().join(".") };
}

function wildcard(labels: readonly string[]): HostName {
  return { form: "suffix", value: "." + [...labels].reverse().join(".") };
}
