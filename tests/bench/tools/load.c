/*
 * Load for one port of 127.0.0.1, from one thread.
 *
 *   load new PORT FILE ENDING CONNECTIONS SECONDS COUNT EVERY
 *     Exchanges on new connections, so many at a time, each closed as soon as it
 *     is answered. Ends after SECONDS, or after COUNT exchanges when that is not
 *     0. Every EVERY exchanges (0: never) it prints how many there were.
 *
 *   load hold PORT FILE ENDING CONNECTIONS
 *     One exchange on each connection; says how many are open, and holds them
 *     until standard input ends.
 *
 *   load steady PORT FILE ENDING CONNECTIONS SECONDS RATE
 *     Exchanges on kept connections, RATE a second over all of them at fixed
 *     times; with 0, each as soon as the one before it is answered. SECONDS
 *     begin when all connections are open; after half of them it prints "half".
 *
 *   load visit PORT FILE ENDING 1 SECONDS PAUSE
 *     Exchanges on new connections, one at a time, with PAUSE seconds between
 *     them. One that is not answered within 3 seconds has failed.
 *
 *   load flood PORT FILE ENDING BURST SECONDS EVERY LEAVING
 *     Clients that connect and leave at once, BURST of them every EVERY seconds:
 *     see flood.h. Prints "on" after the first second.
 *
 * A latency is counted from the connect (new, visit) or the send (steady). Where an
 * exchange was due while its connection still waited for the answer before, it
 * is counted from when it was due: a stall counts for all that it kept back.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "exchange.h"
#include "flood.h"
#include "latencies.h"

enum {
  OPENING_AT_A_TIME = 64,
  STALLED_MS = 10000,
  GIVEN_UP_AFTER = 1000,
  VISIT_MS = 3000,
};

struct load {
  struct conn *conns;
  int connections;
  double number[3]; /* what follows CONNECTIONS on the command line */
};

static void run_new(struct load load) {
  struct epoll_event events[MAX_EVENTS];
  size_t most = load.number[1], every = load.number[2], done = 0, failed = 0;
  int64_t start = now(), end = start + (int64_t)(load.number[0] * 1e9);
  for (int i = 0; i < load.connections; i++) open_conn(&load.conns[i]);
  while (now() < end && (!most || done < most)) {
    if (failed > done + GIVEN_UP_AFTER) break;
    int n = epoll_wait(events_fd, events, MAX_EVENTS, 10);
    for (int i = 0; i < n; i++) {
      struct conn *c = events[i].data.ptr;
      enum outcome outcome = on_event(c, events[i].events);
      if (outcome == WAITING) continue;
      if (outcome == BROKEN) {
        failed++;
      } else if ((done = record(now() - c->start)) && every &&
                 done % every == 0) {
        printf("%zu\n", done);
        fflush(stdout);
      }
      close_conn(c);
      open_conn(c);
    }
  }
  report(failed, (now() - start) / 1e9);
}

/* One exchange on a new connection. @returns Whether it was answered in time. */
static bool visit(struct conn *c) {
  struct epoll_event events[MAX_EVENTS];
  enum outcome outcome = WAITING;
  open_conn(c);
  while (outcome == WAITING) {
    int64_t left = VISIT_MS - (now() - c->start) / 1000000;
    int n = left > 0 ? epoll_wait(events_fd, events, MAX_EVENTS, left) : 0;
    outcome = n > 0 ? on_event(c, events[0].events) : BROKEN;
  }
  if (outcome == ANSWERED) record(now() - c->start);
  close_conn(c);
  return outcome == ANSWERED;
}

static void run_visit(struct load load) {
  size_t failed = 0;
  int64_t start = now(), end = start + (int64_t)(load.number[0] * 1e9);
  for (; now() < end; usleep(load.number[1] * 1e6))
    if (!visit(&load.conns[0])) failed++;
  report(failed, (now() - start) / 1e9);
}

/* Opens all connections, with one exchange each. @returns How many held. */
static int fill(struct load load) {
  struct epoll_event events[MAX_EVENTS];
  int opened = 0, settled = 0, held = 0;
  while (settled < load.connections) {
    while (opened < load.connections && opened - settled < OPENING_AT_A_TIME)
      open_conn(&load.conns[opened++]);
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

static void run_hold(struct load load) {
  int held = fill(load);
  printf("{\"held\":%d,\"failed\":%d}\n", held, load.connections - held);
  fflush(stdout);
  char scrap[64];
  while (read(0, scrap, sizeof scrap) > 0) {}
}

/* Sends what is due. @returns When something is due next; INT64_MAX: never. */
static int64_t send_due(struct load load, int64_t interval) {
  int64_t next = INT64_MAX, at = now();
  for (int i = 0; i < load.connections; i++) {
    struct conn *c = &load.conns[i];
    if (c->sent) continue;
    if (c->due > at) {
      if (c->due < next) next = c->due;
      continue;
    }
    c->start = c->late ? c->due : now();
    c->due += interval;
    if (!send_opening(c)) die("A connection broke");
  }
  return next;
}

/* Takes what has arrived; without an interval the next exchange begins. */
static void take_answers(struct epoll_event *events, int n, int64_t interval) {
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
    if (interval > 0) continue;
    c->start = at;
    if (!send_opening(c)) die("A connection broke");
  }
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

static void run_steady(struct load load) {
  struct epoll_event events[MAX_EVENTS];
  double rate = load.number[1];
  int64_t interval = rate > 0 ? load.connections / rate * 1e9 : 0;
  int held = fill(load);
  if (held < load.connections) {
    fprintf(stderr, "Opened %d of %d connections\n", held, load.connections);
    exit(1);
  }
  prctl(PR_SET_TIMERSLACK, 1);
  int timer = watch_timer();
  int64_t start = now(), end = start + (int64_t)(load.number[0] * 1e9);
  for (int i = 0; i < load.connections; i++) {
    load.conns[i].sent = false;
    load.conns[i].due = start + interval * i / load.connections;
  }
  int64_t next = send_due(load, interval), middle = start + (end - start) / 2;
  for (int64_t at = start; at < end; at = now()) {
    set_timer(timer, next);
    int n = epoll_wait(events_fd, events, MAX_EVENTS, 100);
    take_answers(events, n, interval);
    if (interval > 0) next = send_due(load, interval);
    if (at >= middle) {
      printf("half\n");
      fflush(stdout);
      middle = INT64_MAX;
    }
  }
  report(0, (now() - start) / 1e9);
}

static int usage(void) {
  fprintf(stderr, "The arguments are at the top of load.c\n");
  return 2;
}

int main(int argc, char **argv) {
  if (argc < 6 || argc > 9) return usage();
  prepare((struct dialogue){atoi(argv[2]), argv[3], argv[4]});
  struct load load = {.connections = atoi(argv[5])};
  load.conns = calloc(load.connections, sizeof *load.conns);
  if (!load.conns) die("No memory");
  for (int i = 6; i < argc; i++) load.number[i - 6] = atof(argv[i]);
  if (!strcmp(argv[1], "new")) run_new(load);
  else if (!strcmp(argv[1], "hold")) run_hold(load);
  else if (!strcmp(argv[1], "steady")) run_steady(load);
  else if (!strcmp(argv[1], "visit")) run_visit(load);
  else if (!strcmp(argv[1], "flood")) run_flood(
      (struct flood){load.connections, load.number[0], load.number[1],
                     (enum leaving)load.number[2]});
  else return usage();
  return 0;
}
