/**
 * Looks for what is usually wrong and says the fix: keys, store, and the class path of another
 * program. Uses the shell, and of the objects' package the client of the store.
 */
@NullMarked
package io.claviger.cli.doctor;

import org.jspecify.annotations.NullMarked;
