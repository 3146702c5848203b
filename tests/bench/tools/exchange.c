#include "exchange.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

int events_fd;
static struct sockaddr_in address;
static char opening[16384];
static size_t opening_length, ending_length;
static const char *ending;

void die(const char *what) {
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(1);
}

int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

void prepare(struct dialogue dialogue) {
  address.sin_family = AF_INET;
  address.sin_port = htons(dialogue.port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int file = open(dialogue.file, O_RDONLY);
  ssize_t length = file < 0 ? -1 : read(file, opening, sizeof opening);
  if (length <= 0) die("Cannot read the opening");
  close(file);
  opening_length = length;
  ending = dialogue.ending;
  ending_length = strlen(ending);
  events_fd = epoll_create1(0);
  if (events_fd < 0) die("Cannot make an epoll");
  if (ending_length > MAX_ENDING) die("The ending is too long");
}

void open_conn(struct conn *c) {
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (c->fd < 0) die("Cannot open a socket");
  c->sent = false;
  c->start = now();
  memset(c->tail, 0, sizeof c->tail);
  struct sockaddr *to = (struct sockaddr *)&address;
  if (connect(c->fd, to, sizeof address) < 0 && errno != EINPROGRESS)
    die("Cannot connect");
  /* Edge-triggered for both directions: one epoll_ctl a connection. */
  struct epoll_event e = {.events = EPOLLIN | EPOLLOUT | EPOLLET,
                          .data.ptr = c};
  if (epoll_ctl(events_fd, EPOLL_CTL_ADD, c->fd, &e) < 0) die("Cannot watch");
}

void close_conn(struct conn *c) {
  close(c->fd);
  c->fd = -1;
}

bool send_opening(struct conn *c) {
  c->sent = true;
  ssize_t n = send(c->fd, opening, opening_length, MSG_NOSIGNAL);
  return n == (ssize_t)opening_length;
}

/* Whether the answer is at its end with these bytes. */
static bool ends(struct conn *c, const char *bytes, size_t n) {
  if (n >= ending_length) {
    memcpy(c->tail, bytes + n - ending_length, ending_length);
  } else {
    memmove(c->tail, c->tail + n, ending_length - n);
    memcpy(c->tail + ending_length - n, bytes, n);
  }
  return memcmp(c->tail, ending, ending_length) == 0;
}

enum outcome on_event(struct conn *c, uint32_t events) {
  static char buffer[65536];
  if (!c->sent && (events & EPOLLOUT) && !send_opening(c)) return BROKEN;
  if (!(events & (EPOLLIN | EPOLLERR | EPOLLHUP))) return WAITING;
  for (;;) {
    ssize_t n = read(c->fd, buffer, sizeof buffer);
    if (n < 0) return errno == EAGAIN ? WAITING : BROKEN;
    if (n == 0) return BROKEN;
    if (ends(c, buffer, n)) return ANSWERED;
  }
}
