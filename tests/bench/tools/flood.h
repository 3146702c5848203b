/* Clients that do harm: they connect and leave at once. */
#ifndef FLOOD_H
#define FLOOD_H

/* How a client leaves. */
enum leaving {
  RESETS,      /* with a reset, most before they are accepted */
  CLOSES,      /* in order, without a byte */
  ASKS_RESETS, /* with a reset, once it has sent an opening */
};

struct flood {
  int burst; /* clients at a time */
  double seconds;
  double every; /* seconds from one burst to the next */
  enum leaving leaving;
};

/*
 * Floods; the first burst is four times as large. Says "on" after the first second, and in the end how many connected;
 * those that found no room in the queue of the listener are failed.
 */
void run_flood(struct flood flood);

#endif
