package io.seqwarden.http;

import java.time.Duration;

/**
 * What bounds the server.
 *
 * @param idle how long a connection may be silent while nobody works for it
 * @param syncWait how long a sync of a sequence or table is waited for
 * @param sweepWait how long a whole sweep is waited for
 * @param stop how long requests under way may take once the server stops
 * @param maxConnections how many clients may be connected: the waiting calls that the watches
 *     allow, and as many again, so that the one too many is told so
 * @param maxThreads how many threads serve them
 * @param maxHeaderBytes the request line with all headers
 * @param maxBodyBytes a body; none is ever read
 */
record ServerLimits(
    Duration idle,
    Duration syncWait,
    Duration sweepWait,
    Duration stop,
    int maxConnections,
    int maxThreads,
    int maxHeaderBytes,
    int maxBodyBytes) {

  static final ServerLimits DEFAULT =
      new ServerLimits(
          Duration.ofSeconds(30),
          Duration.ofSeconds(60),
          Duration.ofMinutes(15),
          Duration.ofSeconds(3),
          4_096,
          24,
          8 * 1024,
          4 * 1024);
}
