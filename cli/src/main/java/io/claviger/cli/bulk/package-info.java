/**
 * Jobs over whole buckets, as thin commands over {@code claviger-bulk}. Uses the shell and the
 * client of the store.
 */
@NullMarked
package io.claviger.cli.bulk;

import org.jspecify.annotations.NullMarked;
