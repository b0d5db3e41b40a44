package io.seqwarden.report;

import io.seqwarden.drift.Finding;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The tracks of all sequences, bounded together: past {@code maxPoints} a track gets a new point
 * only for older ones of its own, except for its first few. Not thread-safe.
 */
final class Tracks {

  /** Of 24 bytes: 3.6 MB. */
  static final int MAX_POINTS = 150_000;

  private final int maxPoints;
  private final Map<String, Map<String, Track>> tracks = new HashMap<>();
  private long points;

  Tracks(int maxPoints) {
    this.maxPoints = maxPoints;
  }

  /** How many points are kept, over all. */
  long points() {
    return points;
  }

  /** Takes a sweep's findings, and forgets the sequences that are not among them. */
  void swept(String database, List<Finding> findings, Set<String> names, Instant now) {
    Map<String, Track> known = tracks.computeIfAbsent(database, name -> new HashMap<>());
    known
        .entrySet()
        .removeIf(
            track -> {
              boolean gone = !names.contains(track.getKey());
              points -= gone ? track.getValue().size() : 0;
              return gone;
            });
    findings.forEach(finding -> observe(finding, now));
  }

  /** Takes one finding. */
  void observe(Finding finding, Instant now) {
    Track track =
        tracks
            .computeIfAbsent(finding.database(), name -> new HashMap<>())
            .computeIfAbsent(finding.sequence().name().quoted(), name -> new Track());
    int before = track.size();
    track.observe(finding, now, points < maxPoints);
    points += track.size() - before;
  }

  Optional<Track> track(String database, String sequence) {
    return Optional.ofNullable(tracks.getOrDefault(database, Map.of()).get(sequence));
  }
}
