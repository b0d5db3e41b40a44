package io.seqwarden.postgres;

/**
 * What a reading is about. A backend that read the same before has it all in its relation cache,
 * and reads it several times faster than one that has not.
 *
 * @param relation the oid of one sequence or table that stands for all of them; 0 for the catalogs
 * @param bytes how much a backend holds on to that reads it for the first time
 */
public record WorkingSet(long relation, long bytes) {

  private static final long CATALOGS = 0;

  /** Of what no backend knows, and which leaves nothing behind. */
  static final WorkingSet NONE = new WorkingSet(-1, 0);

  /**
   * Of a batch.
   *
   * @param sequence the oid of its first sequence
   * @param sequences how many sequences it reads
   * @param tables how many tables
   */
  public static WorkingSet ofBatch(long sequence, int sequences, int tables) {
    return new WorkingSet(
        sequence, sequences * BackendMemory.SEQUENCE + tables * BackendMemory.TABLE);
  }

  /**
   * Of a discovery.
   *
   * @param sequences how many it is expected to find
   */
  public static WorkingSet ofDiscovery(int sequences) {
    return new WorkingSet(CATALOGS, sequences * BackendMemory.SEQUENCE_DISCOVERED);
  }

  boolean isDiscovery() {
    return relation == CATALOGS;
  }
}
