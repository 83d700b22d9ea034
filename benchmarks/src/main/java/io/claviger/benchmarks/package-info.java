/** Measurements; not published. */
@NullMarked
package io.claviger.benchmarks;

import org.jspecify.annotations.NullMarked;
