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
 *     What was due is waited for after them.
 *
 *   load visit PORT FILE ENDING 1 SECONDS PAUSE
 *     Exchanges on new connections, one at a time, with PAUSE seconds between
 *     them. One that is not answered within 3 seconds has failed.
 *
 *   load flood PORT FILE ENDING BURST SECONDS EVERY LEAVING
 *     Clients that connect and leave at once, BURST of them every EVERY seconds:
 *     see flood.h. Prints "on" after the first second.
 *
 * A latency is counted from the connect (new, visit) or as steady.h says.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "exchange.h"
#include "flood.h"
#include "latencies.h"
#include "steady.h"

enum { GIVEN_UP_AFTER = 1000, VISIT_MS = 3000 };

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

static void run_hold(struct load load) {
  int held = fill(load.conns, load.connections);
  printf("{\"held\":%d,\"failed\":%d}\n", held, load.connections - held);
  fflush(stdout);
  char scrap[64];
  while (read(0, scrap, sizeof scrap) > 0) {}
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
  else if (!strcmp(argv[1], "steady")) 
    run_steady((struct steady){load.conns, load.connections, load.number[0],
                               load.number[1]});
  else if (!strcmp(argv[1], "visit")) run_visit(load);
  else if (!strcmp(argv[1], "flood")) run_flood(
      (struct flood){load.connections, load.number[0], load.number[1],
                     (enum leaving)load.number[2]});
  else return usage();
  return 0;
}
