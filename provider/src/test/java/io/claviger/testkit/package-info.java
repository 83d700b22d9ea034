/**
 * For your tests: the contract that every backend keeps, and environments as JUnit 5 extensions.
 *
 * <p>API, in the artifact's test-jar. Needs junit-jupiter and assertj-core on the test class path.
 */
@NullMarked
package io.claviger.testkit;

import org.jspecify.annotations.NullMarked;
