#include "flood.h"

#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <unistd.h>

#include "exchange.h"
#include "latencies.h"

enum { FIRST = 4 };

static bool is_connected(int fd) {
  struct sockaddr_in peer;
  socklen_t length = sizeof peer;
  return getpeername(fd, (struct sockaddr *)&peer, &length) == 0;
}

/* One client. @returns Whether it connected. */
static bool come_and_leave(enum leaving leaving) {
  struct linger reset = {.l_onoff = 1, .l_linger = 0};
  struct conn c;
  open_conn(&c);
  /* Over loopback a connect is done when it returns, if it can be done. */
  bool connected = is_connected(c.fd);
  if (leaving == ASKS_RESETS && connected) send_opening(&c);
  if (leaving != CLOSES)
    setsockopt(c.fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  close_conn(&c);
  return connected;
}

static void sleep_until(int64_t at) {
  int64_t left = at - now();
  if (left > 0) usleep(left / 1000);
}

void run_flood(struct flood flood) {
  int64_t start = now(), next = start;
  int64_t end = start + (int64_t)(flood.seconds * 1e9);
  size_t connected = 0, failed = 0;
  for (bool on = false; now() < end; sleep_until(next)) {
    /* The first one fills the queue, however fast it is emptied. */
    int clients = next == start ? FIRST * flood.burst : flood.burst;
    for (int i = 0; i < clients; i++) {
      if (come_and_leave(flood.leaving)) connected++;
      else failed++;
    }
    next += flood.every * 1e9;
    if (on || now() < start + 1000000000) continue;
    on = true;
    printf("on\n");
    fflush(stdout);
  }
  report_counts(connected, failed, (now() - start) / 1e9);
}
