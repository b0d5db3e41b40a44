package io.seqwarden.sweep;

import io.seqwarden.catalog.Catalog;
import io.seqwarden.repair.Installation;
import org.jspecify.annotations.Nullable;

/** What the last pass found, or a sync that discovered since; for syncs between sweeps. */
final class Known {

  private final Catalog catalog;
  private final Installation.Status installed;

  /** Made when a sync first asks for it. */
  private volatile @Nullable CatalogIndex index;

  /**
   * From now on.
   *
   * @param before what was known until now, whose index goes on where the catalogs did not change
   */
  Known(Catalog catalog, Installation.Status installed, @Nullable Known before) {
    this.catalog = catalog;
    this.installed = installed;
    if (before != null && before.catalog.version().equals(catalog.version())) {
      this.index = before.index;
    }
  }

  Catalog catalog() {
    return catalog;
  }

  Installation.Status installed() {
    return installed;
  }

  /** Where names lead to. */
  CatalogIndex index() {
    CatalogIndex known = index;
    if (known == null) {
      known = new CatalogIndex(catalog);
      index = known;
    }
    return known;
  }
}
