/**
 * Durations (`"750ms"`, `"5s"`) and sizes (`"16KiB"`).
 *
 * @module
 */

/** What a duration looks like in the config. */
export const DURATION_PATTERN = /^\d{1,9}(?:\.\d{1,3})?(?:ms|s|m|h)$/;
/** What a size looks like in the config. */
export const SIZE_PATTERN = /^\d{1,9}(?:B|KiB|MiB)$/;

const DURATION_UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

const SIZE_UNITS: Readonly<Record<string, number>> = {
  B: 1,
  KiB: 1024,
  MiB: 1024 * 1024,
};

/** Longest timer that the runtime keeps, in ms: 2^31 - 1, about 24.8 days. */
export const LONGEST_DURATION_MS = 2_147_483_647;

/**
 * Parses a duration.
 *
 * @returns Milliseconds, or `null` when it is not one or longer than
 * {@linkcode LONGEST_DURATION_MS}.
 */
export function parseDuration(text: string): number | null {
  if (!DURATION_PATTERN.test(text)) return null;
  const unit = /[a-z]+$/.exec(text)![0];
  const ms = Math.round(
    Number(text.slice(0, -unit.length)) * DURATION_UNITS_MS[unit]!,
  );
  return ms <= LONGEST_DURATION_MS ? ms : null;
}

/** A duration as text, in the largest unit that keeps it whole. */
export function formatDuration(ms: number): string {
  for (const unit of ["h", "m", "s"]) {
    const size = DURATION_UNITS_MS[unit]!;
    if (ms >= size && ms % size === 0) return `${ms / size}${unit}`;
  }
  return `${ms}ms`;
}

/** Parses a size. @returns Bytes, or `null` when it is not one. */
export function parseSize(text: string): number | null {
  if (!SIZE_PATTERN.test(text)) return null;
  const unit = /[A-Za-z]+$/.exec(text)![0];
  return Number(text.slice(0, -unit.length)) * SIZE_UNITS[unit]!;
}

/** A size as text, in the largest unit that keeps it whole. */
export function formatSize(bytes: number): string {
  for (const unit of ["MiB", "KiB"]) {
    const size = SIZE_UNITS[unit]!;
    if (bytes >= size && bytes % size === 0) return `${bytes / size}${unit}`;
  }
  return `${bytes}B`;
}
