/*
 * Exchanges on kept connections, at fixed times or one after the other.
 *
 * At fixed times the load is open: each exchange has its time, whatever became of
 * those before it. One that is due while its connection still waits for an answer
 * is sent after that answer, and its latency is counted from when it was due: a
 * stall counts for all that it holds up, not only for the exchange that met it
 * (no coordinated omission). All that were due within the time of the load count,
 * also when their answers come after it; those that are not answered by
 * STALLED_MS later have failed, and count with the time that they have waited.
 *
 * When the connection is free, the latency is counted from the send: how late this
 * program itself was is not the server's doing. It is reported as "late_p99_us",
 * the 99th percentile, to show that it is small.
 */
#ifndef STEADY_H
#define STEADY_H

#include "exchange.h"

enum { STALLED_MS = 10000 };

struct steady {
  struct conn *conns;
  int connections;
  double seconds;
  double rate; /* exchanges a second over all connections; 0: no fixed times */
};

/* Opens all connections, with one exchange each. @returns How many held. */
int fill(struct conn *conns, int connections);

/* Opens the connections, and runs the load. Prints "half" and the report. */
void run_steady(struct steady steady);

#endif
