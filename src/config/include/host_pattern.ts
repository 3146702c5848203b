/**
 * The hosts that a rule names.
 *
 * @module
 */
import {
  type Condition,
  type FactCondition,
  oneByOne,
} from "../../rule/condition.ts";

/** A host or a wildcard. */
export interface HostName {
  readonly form: "exact" | "suffix";
  /** `a.example.com`, or of a wildcard `.example.com`. */
  readonly value: string;
}

/** A regular expression for hosts. */
export interface HostExpression {
  readonly form: "pattern";
  /** As the config spells it, with its slashes. */
  readonly value: string;
  /** Whether it fits a host. */
  fits(host: string): boolean;
}

/** What a rule says of hosts. */
export type HostPattern = HostName | HostExpression;

/**
 * The hosts of a rule's conditions; of a list, each. A condition with a `!` names
 * none.
 */
export function hostsOf(conditions: readonly Condition[]): HostPattern[] {
  return conditions.filter(isHost).flatMap(oneByOne)
    .map(({ fact, matcher }) => {
      const { form, value } = matcher;
      return form === "exact" || form === "suffix" ? { form, value } : {
        form: "pattern",
        value,
        fits: (host) => matcher.test({ [fact]: host }),
      };
    });
}

function isHost(condition: Condition): condition is FactCondition {
  return condition.kind === "fact" && condition.host && !condition.negated;
}

/** A host as the config spells it. */
export function hostText({ form, value }: HostPattern): string {
  return form === "suffix" ? `*${value}` : value;
}

/** Whether every host of one is a host of another. */
export function isWithinHost(one: HostName, other: HostName): boolean {
  return other.form === "exact"
    ? one.form === "exact" && one.value === other.value
    : one.value.endsWith(other.value);
}
