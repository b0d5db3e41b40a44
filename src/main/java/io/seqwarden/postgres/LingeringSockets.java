package io.seqwarden.postgres;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.SocketFactory;

/**
 * Sockets whose {@code close()} returns once the server's session has ended, too. The driver says
 * goodbye and goes; until its process has come to that, the session counts in the server, and one
 * that is opened in its place would be one more than {@code connections.total}. Made by the driver,
 * by name. Thread-safe.
 */
public final class LingeringSockets extends SocketFactory {

  /** A server that does not hear is not waited for longer. */
  private static final int LONGEST_MS = 300;

  private static final String ONE_WAY = "The driver connects its sockets itself";

  @Override
  public Socket createSocket() {
    return new Lingering();
  }

  @Override
  public Socket createSocket(String host, int port) {
    throw new UnsupportedOperationException(ONE_WAY);
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
    throw new UnsupportedOperationException(ONE_WAY);
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    throw new UnsupportedOperationException(ONE_WAY);
  }

  @Override
  public Socket createSocket(
      InetAddress address, int port, InetAddress localAddress, int localPort) {
    throw new UnsupportedOperationException(ONE_WAY);
  }

  private static final class Lingering extends Socket {

    /** Who is in a read has to be woken by the close: it is an abort. */
    private final AtomicInteger reading = new AtomicInteger();

    @Override
    public InputStream getInputStream() throws IOException {
      return new FilterInputStream(super.getInputStream()) {
        @Override
        public int read() throws IOException {
          reading.incrementAndGet();
          try {
            return super.read();
          } finally {
            reading.decrementAndGet();
          }
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
          reading.incrementAndGet();
          try {
            return super.read(bytes, offset, length);
          } finally {
            reading.decrementAndGet();
          }
        }
      };
    }

    @Override
    public void close() throws IOException {
      try {
        if (isConnected() && !isClosed() && reading.get() == 0) {
          awaitEnd();
        }
      } finally {
        super.close();
      }
    }

    private void awaitEnd() {
      long begin = System.nanoTime();
      byte[] rest = new byte[512];
      try {
        setSoTimeout(LONGEST_MS);
        shutdownOutput();
        InputStream in = super.getInputStream();
        int more = 0;
        while (more >= 0 && System.nanoTime() - begin < LONGEST_MS * 1_000_000L) {
          more = in.read(rest);
        }
      } catch (IOException endedOrSilent) {
        // A broken connection has no session to wait for, and a silent one no end.
        return;
      }
    }
  }
}
