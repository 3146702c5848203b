/*
 * An exchange over a connection to 127.0.0.1: send an opening, then read until
 * the answer ends with a given text.
 */
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include <stdbool.h>
#include <stdint.h>

enum { MAX_ENDING = 16, MAX_EVENTS = 256 };

struct conn {
  int fd;
  bool sent;              /* the opening of the exchange under way is sent */
  bool late;              /* it was due before the last one was answered */
  int64_t start, due;     /* nanoseconds */
  char tail[MAX_ENDING];  /* last bytes of the answer */
};

/* What an event on a connection has come to. */
enum outcome { WAITING, ANSWERED, BROKEN };

/* What is the same for all exchanges: where to, and what to say and hear. */
struct dialogue {
  uint16_t port;
  const char *file;    /* holds the opening */
  const char *ending;  /* of the answer; any byte when it is empty */
};

/* The epoll that watches all connections. */
extern int events_fd;

/* Reads the opening; ends the program when that fails. */
void prepare(struct dialogue dialogue);

/* Connects; the exchange begins with the first event. */
void open_conn(struct conn *c);
void close_conn(struct conn *c);

/* Sends the opening on a connection that is open. */
bool send_opening(struct conn *c);

/* Does what an event allows: sends the opening, reads the answer. */
enum outcome on_event(struct conn *c, uint32_t events);

/* Nanoseconds of a clock that only goes forward. */
int64_t now(void);

/* Says what failed and why, and ends the program. */
void die(const char *what);

#endif
