#include "steady.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/timerfd.h>

#include "latencies.h"

enum { OPENING_AT_A_TIME = 64, LONGEST_WAIT_MS = 100 };

/* When exchanges are due. */
struct pace {
  int64_t interval; /* of a connection, in nanoseconds; 0: no fixed times */
  int64_t end;      /* nothing is due from here on */
};

int fill(struct conn *conns, int connections) {
  struct epoll_event events[MAX_EVENTS];
  int opened = 0, settled = 0, held = 0;
  while (settled < connections) {
    while (opened < connections && opened - settled < OPENING_AT_A_TIME)
      open_conn(&conns[opened++]);
    int n = epoll_wait(events_fd, events, MAX_EVENTS, STALLED_MS);
    if (n == 0) break;
    for (int i = 0; i < n; i++) {
      struct conn *c = events[i].data.ptr;
      if (c->start == 0) continue; /* it was settled before */
      enum outcome outcome = on_event(c, events[i].events);
      if (outcome == WAITING) continue;
      settled++;
      c->start = 0;
      if (outcome == ANSWERED) held++;
      else close_conn(c);
    }
  }
  return held;
}


/* Begins the next exchange, which was due, and sets when the one after it is. */
static void begin(struct conn *c, struct pace pace) {
  int64_t at = now();
  if (pace.interval > 0 && !c->late) record_lateness(at - c->due);
  c->start = c->late ? c->due : at;
  c->due = pace.interval > 0 ? c->due + pace.interval : INT64_MAX;
  if (!send_opening(c)) die("A connection broke");
}

/* Sends what is due. @returns When something is due next; INT64_MAX: never. */
static int64_t send_due(struct steady load, struct pace pace) {
  int64_t next = INT64_MAX, at = now();
  for (int i = 0; i < load.connections; i++) {
    struct conn *c = &load.conns[i];
    if (c->sent || c->due >= pace.end) continue;
    if (c->due <= at) begin(c, pace);
    else if (c->due < next) next = c->due;
  }
  return next;
}

/* Takes what has arrived; without fixed times the next exchange is due at once. */
static void take_answers(struct epoll_event *events, int n, struct pace pace) {
  for (int i = 0; i < n; i++) {
    struct conn *c = events[i].data.ptr;
    if (!c || !c->sent) continue;
    enum outcome outcome = on_event(c, events[i].events);
    if (outcome == BROKEN) die("A connection broke");
    if (outcome == WAITING) continue;
    int64_t at = now();
    record(at - c->start);
    c->sent = false;
    c->late = c->due <= at;
    memset(c->tail, 0, sizeof c->tail);
    if (pace.interval > 0) continue;
    c->due = at;
    if (at < pace.end) begin(c, pace);
  }
}

/* Whether an exchange that was due in time is not answered yet. */
static bool is_owed(const struct conn *c, struct pace pace) {
  return c->sent || c->due < pace.end;
}

static bool any_owed(struct steady load, struct pace pace) {
  for (int i = 0; i < load.connections; i++)
    if (is_owed(&load.conns[i], pace)) return true;
  return false;
}

/* Counts what was given up, with the time waited. @returns How many there are. */
static size_t give_up(struct steady load, struct pace pace) {
  size_t failed = 0;
  int64_t at = now();
  for (int i = 0; i < load.connections; i++) {
    struct conn *c = &load.conns[i];
    for (; is_owed(c, pace); c->sent = false, failed++) {
      record(at - (c->sent ? c->start : c->due));
      if (!c->sent) c->due += pace.interval;
    }
  }
  return failed;
}

/* An event, without a connection, at a time that is set with set_timer. */
static int watch_timer(void) {
  int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  struct epoll_event event = {.events = EPOLLIN | EPOLLET};
  if (fd < 0 || epoll_ctl(events_fd, EPOLL_CTL_ADD, fd, &event) < 0)
    die("Cannot make a timer");
  return fd;
}

static void set_timer(int fd, int64_t at) {
  struct itimerspec when = {0};
  if (at != INT64_MAX) {
    when.it_value.tv_sec = at / 1000000000;
    when.it_value.tv_nsec = at % 1000000000;
  }
  timerfd_settime(fd, TFD_TIMER_ABSTIME, &when, NULL);
}

/* Runs the load on open connections. @returns How many exchanges failed. */
static size_t exchange(struct steady load, struct pace pace, int64_t middle) {
  struct epoll_event events[MAX_EVENTS];
  int64_t given_up = pace.end + STALLED_MS * 1000000LL;
  int timer = watch_timer();
  int64_t next = send_due(load, pace);
  for (int64_t at = now(); at < given_up; at = now()) {
    if (at >= pace.end && !any_owed(load, pace)) return 0;
    set_timer(timer, next);
    int n = epoll_wait(events_fd, events, MAX_EVENTS, LONGEST_WAIT_MS);
    take_answers(events, n, pace);
    if (pace.interval > 0) next = send_due(load, pace);
    if (at < middle) continue;
    printf("half\n");
    fflush(stdout);
    middle = INT64_MAX;
  }
  return give_up(load, pace);
}

void run_steady(struct steady load) {
  int held = fill(load.conns, load.connections);
  if (held < load.connections) {
    fprintf(stderr, "Opened %d of %d connections\n", held, load.connections);
    exit(1);
  }
  prctl(PR_SET_TIMERSLACK, 1);
  int64_t start = now(), length = load.seconds * 1e9;
  struct pace pace = {
      .interval = load.rate > 0 ? load.connections / load.rate * 1e9 : 0,
      .end = start + length,
  };
  for (int i = 0; i < load.connections; i++) {
    struct conn *c = &load.conns[i];
    c->sent = c->late = false;
    c->due = start + pace.interval * i / load.connections;
    memset(c->tail, 0, sizeof c->tail);
  }
  size_t failed = exchange(load, pace, start + length / 2);
  report(failed, (now() - start) / 1e9);
}
