package io.seqwarden.testing;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A TCP proxy in front of a PostgreSQL on loopback that cuts, stalls, slows or refuses connections,
 * and heals again. Thread-safe.
 *
 * <p>It reads the frontend's messages (PostgreSQL manual, "Message Formats") and counts round
 * trips: what a client sends before it waits for an answer, which ends in Sync or Query. So a test
 * can enumerate every step of a piece of work, by running it undisturbed first.
 */
public final class FaultyProxy implements AutoCloseable {

  /** The code of a StartupMessage of protocol 3.0; other codes ask for encryption or a cancel. */
  private static final int PROTOCOL_3 = 196_608;

  private static final int MOST_BYTES_OF_A_MESSAGE = 64 << 20;
  private static final Pattern COMMENT_OR_SPACE = Pattern.compile("(--.*\\s|\\s)+");

  private final ServerSocket listener;
  private final int target;
  private final Set<Link> links = ConcurrentHashMap.newKeySet();

  /** What clients sent, a round trip each, since the last {@link #plan}. Guarded by this. */
  private final List<String> trips = new ArrayList<>();

  /** Faults by the number of the round trip. Guarded by this. */
  private final Map<Integer, Fault> plan = new HashMap<>();

  /** Guarded by this; who waits for its end waits on this. */
  private boolean stalled;

  /** Guarded by this. */
  private boolean struck;

  /** Guarded by this. */
  private boolean closed;

  private volatile boolean refusing;
  private volatile Duration latency = Duration.ZERO;

  /** What becomes of a round trip. */
  public enum Fault {
    /** The connection is reset, and the server never sees the request. */
    CUT_BEFORE,
    /** The server has done what was asked, and the connection is reset instead of the answer. */
    CUT_AFTER,
    /** From this request on nothing is forwarded, on no connection; all stay open. */
    STALL_BEFORE,
    /** The server gets the request, and nothing is forwarded from then on. */
    STALL_AFTER
  }

  private FaultyProxy(ServerSocket listener, int target) {
    this.listener = listener;
    this.target = target;
  }

  /** A proxy on a free port, without faults at first. */
  public static FaultyProxy before(int targetPort) {
    try {
      ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      FaultyProxy proxy = new FaultyProxy(listener, targetPort);
      start("accept", proxy::accept);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void start(String what, Runnable work) {
    Thread thread = new Thread(work, "faulty-proxy-" + what);
    thread.setDaemon(true);
    thread.start();
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** The URL of a database behind the proxy, without a user. */
  public String jdbcUrl(String database) {
    return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port(), database);
  }

  /** Begins to count round trips anew; {@code number}, from 1, meets {@code fault}. */
  public synchronized void plan(int number, Fault fault) {
    watch();
    plan.put(number, fault);
  }

  /** Begins to count round trips anew, without a fault. */
  public synchronized void watch() {
    trips.clear();
    plan.clear();
    struck = false;
  }

  /** Whether the planned fault has come. */
  public synchronized boolean hasStruck() {
    return struck;
  }

  /** What clients sent since then, a line for each round trip. */
  public synchronized List<String> trips() {
    return List.copyOf(trips);
  }

  /** Forwards nothing more, in either direction, and accepts connections all the same. */
  public synchronized void stall() {
    stalled = true;
  }

  /** Delays whatever is forwarded, each way, by that much. */
  public void slow(Duration delay) {
    latency = delay;
  }

  /** Resets all connections, and new ones at once, as a host without the server would. */
  public void refuse() {
    refusing = true;
    links.forEach(Link::cut);
  }

  /** Ends every fault. What a stall withheld is delivered now, as a network does that recovers. */
  public synchronized void heal() {
    stalled = false;
    refusing = false;
    latency = Duration.ZERO;
    plan.clear();
    notifyAll();
  }

  /** How many clients are connected. */
  public int connections() {
    return links.size();
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      links.forEach(Link::cut);
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        if (refusing) {
          reset(client);
        } else {
          connect(client);
        }
      } catch (IOException e) {
        // The listener is closed.
      }
    }
  }

  private void connect(Socket client) {
    try {
      Link link = new Link(client, new Socket(InetAddress.getLoopbackAddress(), target));
      links.add(link);
      start("client", link::forwardRequests);
      start("server", link::forwardAnswers);
    } catch (IOException e) {
      // The server is down, and so is what the client sees.
      reset(client);
    }
  }

  /** Closes without a farewell: the peer gets a RST. */
  private static void reset(Socket socket) {
    try (socket) {
      socket.setSoLinger(true, 0);
    } catch (IOException e) {
      // It was closed by the other side.
    }
  }

  private synchronized @Nullable Fault next(String trip) {
    trips.add(trip);
    Fault fault = plan.remove(trips.size());
    if (fault != null) {
      struck = true;
      stalled = fault == Fault.STALL_BEFORE || fault == Fault.STALL_AFTER;
    }
    return fault;
  }

  private void pass() throws IOException {
    try {
      TimeUnit.MILLISECONDS.sleep(latency.toMillis());
      synchronized (this) {
        while (stalled && !closed) {
          wait();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** A client and its connection to the server. */
  private final class Link {
    private final Socket client;
    private final Socket server;

    /** Whether the answer that comes next is the last thing that this link sees. */
    private volatile boolean cutsAtAnswer;

    /** Whether the server's next byte is its answer to a request for encryption. */
    private volatile boolean awaitsEncryption;

    private Link(Socket client, Socket server) throws IOException {
      // Many small messages, which are not to wait for each other's acknowledgement.
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      this.client = client;
      this.server = server;
    }

    void cut() {
      links.remove(this);
      reset(client);
      reset(server);
    }

    void forwardRequests() {
      try {
        DataInputStream from = new DataInputStream(client.getInputStream());
        OutputStream to = server.getOutputStream();
        boolean started = false;
        while (!started) {
          byte[] message = body(from.readInt(), from);
          int code = ByteBuffer.wrap(message, Integer.BYTES, Integer.BYTES).getInt();
          started = code == PROTOCOL_3;
          awaitsEncryption = !started;
          request(started ? "startup" : "request " + code, message, to);
        }
        ByteArrayOutputStream trip = new ByteArrayOutputStream();
        StringBuilder text = new StringBuilder();
        while (true) {
          int type = from.readUnsignedByte();
          byte[] message = body(from.readInt(), from);
          trip.write(type);
          trip.write(message);
          describe(type, message, text);
          if (type == 'S' || type == 'Q' || type == 'p' || type == 'X') {
            request(text.toString(), trip.toByteArray(), to);
            trip.reset();
            text.setLength(0);
          }
        }
      } catch (IOException e) {
        end();
      }
    }

    private void request(String text, byte[] bytes, OutputStream to) throws IOException {
      Fault fault = next(text);
      if (fault == Fault.CUT_BEFORE) {
        cut();
        return;
      }
      cutsAtAnswer = fault == Fault.CUT_AFTER;
      if (fault != Fault.STALL_AFTER) {
        pass();
      }
      to.write(bytes);
      to.flush();
    }

    void forwardAnswers() {
      try {
        DataInputStream from = new DataInputStream(server.getInputStream());
        OutputStream to = client.getOutputStream();
        while (true) {
          int type = from.readUnsignedByte();
          byte[] message = awaitsEncryption ? new byte[0] : body(from.readInt(), from);
          boolean done = awaitsEncryption || type == 'Z';
          awaitsEncryption = false;
          if (cutsAtAnswer) {
            if (done) {
              cut();
            }
            continue;
          }
          pass();
          to.write(ByteBuffer.allocate(1 + message.length).put((byte) type).put(message).array());
          to.flush();
        }
      } catch (IOException e) {
        end();
      }
    }

    /** One side has gone; the other is told in order. */
    private void end() {
      links.remove(this);
      try (client;
          server) {
        client.shutdownOutput();
      } catch (IOException e) {
        // It was closed already.
      }
    }
  }

  /** A message with its length, which counts itself. */
  private static byte[] body(int length, DataInputStream from) throws IOException {
    if (length < Integer.BYTES || length > MOST_BYTES_OF_A_MESSAGE) {
      throw new IOException("No message of PostgreSQL is %d bytes long".formatted(length));
    }
    ByteBuffer message = ByteBuffer.allocate(length).putInt(length);
    from.readFully(message.array(), Integer.BYTES, length - Integer.BYTES);
    return message.array();
  }

  /** Adds the text of a Parse or a Query. */
  private static void describe(int type, byte[] message, StringBuilder text) {
    if (type == 'X') {
      text.append("terminate");
    } else if (type == 'P' || type == 'Q') {
      int from = Integer.BYTES;
      if (type == 'P') {
        // The name of the prepared statement comes first.
        while (message[from++] != 0) {}
      }
      int to = from;
      while (message[to] != 0) {
        to++;
      }
      String sql = new String(message, from, to - from, StandardCharsets.UTF_8);
      text.append(text.length() == 0 ? "" : "; ")
          .append(COMMENT_OR_SPACE.matcher(sql).replaceAll(" ").strip());
    }
  }
}
