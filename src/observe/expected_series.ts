/**
 * The series that a config has from the start, at zero, and what each is about.
 *
 * @module
 */
import type { CountedListener, CountedNames } from "./counted_names.ts";
import type { SeriesName } from "./counts.ts";
import {
  type Metric,
  type MetricId,
  metricOf,
  METRICS,
  OTHER_OUTCOMES,
  SILENT,
  SUBJECT_LABELS,
  type SubjectLabel,
  UNIDENTIFIED,
} from "./metrics.ts";

/** The listener, target, protocol or rule that a series is about. */
type Subject = Readonly<Partial<Record<SubjectLabel, string>>>;

/** All series that a config has from the start, each once, in its order. */
export function expectedSeries(names: CountedNames): SeriesName[] {
  const subjects = subjectsOf(names);
  return (Object.keys(METRICS) as MetricId[]).flatMap((metric) => {
    const { labels } = metricOf(metric);
    const wanted = labels.filter(isSubject).join();
    const about = subjects.get(wanted)?.values() ?? [];
    return [...about].flatMap((subject) => withValues(metric, subject));
  });
}

/** What a series is about, as one text. */
export function subjectKey({ metric, labels }: SeriesName): string {
  return metricOf(metric).labels
    .flatMap((name, at) => isSubject(name) ? [`${name}=${labels[at]}`] : [])
    .join("\0");
}

function isSubject(label: string): label is SubjectLabel {
  return (SUBJECT_LABELS as readonly string[]).includes(label);
}

/** Subjects of each kind, by their labels: `listener,protocol`. */
function subjectsOf(names: CountedNames): Map<string, Map<string, Subject>> {
  const kinds = new Map<string, Map<string, Subject>>();
  const add = (subject: Subject) => {
    const kind = Object.keys(subject).join();
    const known = kinds.get(kind) ?? new Map<string, Subject>();
    kinds.set(kind, known.set(Object.values(subject).join("\0"), subject));
  };
  for (const one of names.listeners) {
    for (const subject of subjectsOfListener(one)) add(subject);
  }
  return kinds;
}

/** Their labels are in the order of {@linkcode SUBJECT_LABELS}. */
function subjectsOfListener(
  { listener, protocols, rules }: CountedListener,
): Subject[] {
  const targets = rules.flatMap((rule) => rule.targets);
  const all = [...protocols, UNIDENTIFIED];
  return [
    { listener },
    ...all.map((protocol) => ({ protocol })),
    ...all.map((protocol) => ({ listener, protocol })),
    ...targets.map((upstream) => ({ upstream })),
    ...targets.map((upstream) => ({ listener, upstream })),
    ...rules.map(({ rule }) => ({ listener, rule })),
  ];
}

/** A subject with all values of the labels that are not of the config. */
function withValues(metric: MetricId, subject: Subject): SeriesName[] {
  const { labels, values = {} }: Metric = metricOf(metric);
  const known: Readonly<Record<string, string>> = subject;
  let rows: string[][] = [[]];
  for (const label of labels) {
    const column = label === "outcome"
      ? outcomes(subject.protocol!)
      : values[label] ?? [known[label]!];
    rows = rows.flatMap((row) => column.map((value) => [...row, value]));
  }
  return rows.map((row) => ({ metric, labels: row }));
}

/** What an identification as a protocol can come to. */
function outcomes(protocol: string): readonly string[] {
  if (protocol === UNIDENTIFIED) return OTHER_OUTCOMES;
  return protocol === SILENT ? ["timeout"] : ["match"];
}
