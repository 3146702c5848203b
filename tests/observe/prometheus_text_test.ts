import { assertEquals } from "@std/assert";
import { prometheusText } from "../../src/observe/prometheus_text.ts";

const OTEL = { name: "m", unit: "1" };

Deno.test("Prometheus' text: labels and help are escaped", () => {
  const text = prometheusText([{
    metric: {
      name: "m",
      type: "counter",
      help: "a\\b\nc",
      labels: ["x", "y"],
      otel: OTEL,
    },
    series: [{ labels: ['q"\\', "l\n"], value: 3 }],
  }]);
  assertEquals(
    text,
    '# HELP m a\\\\b\\nc\n# TYPE m counter\nm{x="q\\"\\\\",y="l\\n"} 3\n',
  );
});

Deno.test("Prometheus' text: buckets add up, and the last is all", () => {
  const text = prometheusText([{
    metric: {
      name: "h",
      type: "histogram",
      help: "H",
      labels: [],
      bounds: [0.5, 1],
      otel: OTEL,
    },
    series: [{
      labels: [],
      value: 0,
      buckets: new Float64Array([2, 0, 1]),
      sum: 4.25,
    }],
  }]);
  assertEquals(text.split("\n").slice(2), [
    'h_bucket{le="0.5"} 2',
    'h_bucket{le="1"} 2',
    'h_bucket{le="+Inf"} 3',
    "h_sum 4.25",
    "h_count 3",
    "",
  ]);
});
