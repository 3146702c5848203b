/**
 * Deno's own OpenTelemetry, when it is on (`OTEL_DENO=true`). Deno exports what is
 * given to it; that takes no permission, of a worker neither.
 *
 * @module
 */

/** Values of an attribute that are used here. */
export type AttributeValue = string | number | boolean | readonly string[];
/** Attributes of a span or of a measurement. */
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** The part of a meter that is used here; as `Meter` of `@opentelemetry/api`. */
export interface Meter {
  createHistogram(name: string, options: InstrumentOptions): Recorder;
  createObservableCounter(name: string, options: InstrumentOptions): Observable;
  createObservableUpDownCounter(
    name: string,
    options: InstrumentOptions,
  ): Observable;
  createObservableGauge(name: string, options: InstrumentOptions): Observable;
  addBatchObservableCallback(
    callback: ObservableCallback,
    observables: readonly Observable[],
  ): void;
  removeBatchObservableCallback(
    callback: ObservableCallback,
    observables: readonly Observable[],
  ): void;
}

/** What an instrument says of itself. */
export interface InstrumentOptions {
  readonly description: string;
  /** UCUM: `s`, `By`, `{connection}`. */
  readonly unit: string;
  readonly advice?: { readonly explicitBucketBoundaries: number[] };
}

/** A histogram. */
export interface Recorder {
  record(value: number, attributes: Attributes): void;
}

/** An instrument whose values are asked for. */
export interface Observable {
  readonly addCallback: unknown;
}

/**
 * Is asked for the values of some instruments, and gives them at once: a process
 * that ends while Deno waits for them never does (Deno 2.9.6).
 */
export type ObservableCallback = (result: ObservableResult) => void;

/** Takes the values. */
export interface ObservableResult {
  observe(instrument: Observable, value: number, attributes: Attributes): void;
}

/** The part of a tracer that is used here. */
export interface Tracer {
  startSpan(name: string, options: SpanOptions): Span;
}

/** How a span begins. */
export interface SpanOptions {
  readonly kind: number;
  /** In milliseconds since the epoch. */
  readonly startTime: number;
  readonly attributes: Attributes;
  /** It has no parent. */
  readonly root: true;
}

/** A span. */
export interface Span {
  setStatus(status: { readonly code: number; readonly message: string }): void;
  /** @param endTime In milliseconds since the epoch. */
  end(endTime: number): void;
}

/** What takes metrics and spans. */
export interface Telemetry {
  readonly meter: Meter;
  readonly tracer: Tracer;
}

/** What all that is exported is said to be of. */
const SCOPE = "passthru";

/** Deno's OpenTelemetry; `null`: it is off. */
export function denoTelemetry(): Telemetry | null {
  const { meterProvider, tracerProvider } = Deno.telemetry;
  try {
    // Where it is off this throws; to read the environment needs a permission.
    const meter: Meter = meterProvider.getMeter(SCOPE);
    return { meter, tracer: tracerProvider.getTracer(SCOPE) };
  } catch {
    return null;
  }
}
