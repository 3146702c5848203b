/*
 * Load for the measure of UDP proxies: an echo server, and clients that send on
 * as soon as they are answered. See udp_proxy.ts.
 *
 *   udp_load echo PORT
 *   udp_load rtt PORT FLOWS SECONDS BYTES   round trips
 *   udp_load new PORT FLOWS SECONDS BYTES   each round trip from a new port
 *   udp_load idle PORT FLOWS SECONDS BYTES  one round trip a flow, then waits
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static char buffer[65536];
static struct sockaddr_in server;
static int size, queue, *sockets;
static double *sent_at;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void echo(void) {
  int s = socket(AF_INET, SOCK_DGRAM, 0), room = 4 << 20;
  setsockopt(s, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  bind(s, (void *)&server, sizeof server);
  for (;;) {
    struct sockaddr_in from;
    socklen_t length = sizeof from;
    int n = recvfrom(s, buffer, sizeof buffer, 0, (void *)&from, &length);
    if (n >= 0) sendto(s, buffer, n, 0, (void *)&from, length);
  }
}

static void send_on(int i, double at) {
  send(sockets[i], buffer, size, 0);
  sent_at[i] = at;
}

static void open_flow(int i) {
  struct epoll_event wanted = {.events = EPOLLIN, .data.u32 = i};
  sockets[i] = socket(AF_INET, SOCK_DGRAM, 0);
  connect(sockets[i], (void *)&server, sizeof server);
  epoll_ctl(queue, EPOLL_CTL_ADD, sockets[i], &wanted);
}

/* Prints the round trips, and how long they took. */
static void round_trips(int flows, double seconds, int fresh) {
  double start = now();
  long count = 0;
  for (int i = 0; i < flows; i++) {
    open_flow(i);
    send_on(i, start);
  }
  while (now() - start < seconds) {
    struct epoll_event events[64];
    int ready = epoll_wait(queue, events, 64, 50);
    double at = now();
    for (int e = 0; e < ready; e++) {
      int i = events[e].data.u32;
      if (recv(sockets[i], buffer, sizeof buffer, 0) <= 0) continue;
      count++;
      if (fresh) {
        close(sockets[i]);
        open_flow(i);
      }
      send_on(i, at);
    }
    /* What was lost is sent again. */
    for (int i = 0; ready == 0 && i < flows; i++) {
      if (at - sent_at[i] > 0.2) send_on(i, at);
    }
  }
  printf("%ld %.3f\n", count, now() - start);
}

/* Prints how many flows were answered, and leaves them open. */
static void idle(int flows, double seconds) {
  struct timeval patience = {0, 300000};
  int answered = 0;
  for (int i = 0; i < flows; i++) {
    open_flow(i);
    setsockopt(sockets[i], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    for (int tries = 0; tries < 5; tries++) {
      send(sockets[i], buffer, size, 0);
      if (recv(sockets[i], buffer, sizeof buffer, 0) <= 0) continue;
      answered++;
      break;
    }
  }
  printf("%d %.3f\n", answered, seconds);
  fflush(stdout);
  usleep(seconds * 1e6);
}

int main(int count, char **words) {
  if (count < 3) return 2;
  server.sin_family = AF_INET;
  server.sin_port = htons(atoi(words[2]));
  server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (!strcmp(words[1], "echo")) echo();
  if (count < 6) return 2;
  int flows = atoi(words[3]);
  double seconds = atof(words[4]);
  size = atoi(words[5]);
  queue = epoll_create1(0);
  sockets = calloc(flows, sizeof *sockets);
  sent_at = calloc(flows, sizeof *sent_at);
  memset(buffer, 'A', sizeof buffer);
  if (!strcmp(words[1], "idle")) idle(flows, seconds);
  else round_trips(flows, seconds, !strcmp(words[1], "new"));
  return 0;
}
