#include "latencies.h"

#include <stdio.h>
#include <stdlib.h>

#include "exchange.h"

/* A list of times. */
struct times {
  uint32_t *ns;
  size_t count, room;
};

static struct times latencies, latenesses;

static void add(struct times *times, int64_t ns) {
  if (times->count == times->room) {
    times->room = times->room ? 2 * times->room : 65536;
    times->ns = realloc(times->ns, times->room * sizeof *times->ns);
    if (!times->ns) die("No memory");
  }
  times->ns[times->count++] = ns > UINT32_MAX ? UINT32_MAX : ns;
}

size_t record(int64_t ns) {
  add(&latencies, ns);
  return latencies.count;
}

void record_lateness(int64_t ns) { add(&latenesses, ns); }

static int compare(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return x < y ? -1 : x > y;
}

static void sort(struct times *times) {
  if (times->count) qsort(times->ns, times->count, sizeof *times->ns, compare);
}

/* The smallest time that `share` of all do not exceed, in microseconds. */
static double percentile_us(const struct times *times, double share) {
  size_t last = times->count - 1;
  return times->count ? times->ns[(size_t)(share * last)] / 1e3 : 0;
}

static void print(size_t exchanges, size_t failed, double seconds) {
  printf("{\"exchanges\":%zu,\"failed\":%zu,\"seconds\":%.6f,"
         "\"p50_us\":%.1f,\"p99_us\":%.1f,\"max_us\":%.1f,"
         "\"late_p99_us\":%.1f}\n",
         exchanges, failed, seconds, percentile_us(&latencies, 0.50),
         percentile_us(&latencies, 0.99), percentile_us(&latencies, 1),
         percentile_us(&latenesses, 0.99));
}

void report(size_t failed, double seconds) {
  sort(&latencies);
  sort(&latenesses);
  print(latencies.count, failed, seconds);
}

void report_counts(size_t exchanges, size_t failed, double seconds) {
  print(exchanges, failed, seconds);
}
