package io.seqwarden.postgres;

/**
 * What the server says of itself, asked at every sweep.
 *
 * @param versionNum {@code server_version_num}, for example 180006
 * @param standby whether it is in recovery: it is judged and never written to
 * @param readOnly {@code default_transaction_read_only}
 */
public record ServerFacts(int versionNum, boolean standby, boolean readOnly) {

  /** The major version, for example 18. */
  public int major() {
    return versionNum / 10_000;
  }
}
