/* The latencies of all exchanges so far. */
#ifndef LATENCIES_H
#define LATENCIES_H

#include <stddef.h>
#include <stdint.h>

/* Adds one, in nanoseconds. @returns How many there are. */
size_t record(int64_t ns);

/* Adds how late an exchange was begun, in nanoseconds. */
void record_lateness(int64_t ns);

/* Prints one line of JSON about all of them, and those that failed. */
void report(size_t failed, double seconds);

/* Prints such a line where there were no latencies. */
void report_counts(size_t exchanges, size_t failed, double seconds);

#endif
