#include "latencies.h"

#include <stdio.h>
#include <stdlib.h>

#include "exchange.h"

static uint32_t *latencies;
static size_t count, room;

size_t record(int64_t ns) {
  if (count == room) {
    room = room ? 2 * room : 65536;
    latencies = realloc(latencies, room * sizeof *latencies);
    if (!latencies) die("No memory");
  }
  latencies[count++] = ns > UINT32_MAX ? UINT32_MAX : ns;
  return count;
}

static int compare(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return x < y ? -1 : x > y;
}

/* The smallest latency that `share` of all do not exceed, in microseconds. */
static double percentile_us(double share) {
  return count ? latencies[(size_t)(share * (count - 1))] / 1e3 : 0;
}

static void print(size_t exchanges, size_t failed, double seconds) {
  printf("{\"exchanges\":%zu,\"failed\":%zu,\"seconds\":%.6f,"
         "\"p50_us\":%.1f,\"p99_us\":%.1f}\n",
         exchanges, failed, seconds, percentile_us(0.50), percentile_us(0.99));
}

void report(size_t failed, double seconds) {
  if (count) qsort(latencies, count, sizeof *latencies, compare);
  print(count, failed, seconds);
}

void report_counts(size_t exchanges, size_t failed, double seconds) {
  print(exchanges, failed, seconds);
}
