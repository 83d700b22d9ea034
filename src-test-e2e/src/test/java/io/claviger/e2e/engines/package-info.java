/**
 * A program, no JUnit suite: the same calls with any version of the AWS SDK, sealed and with a
 * plain client beside. {@code .ci/engines} compiles it with the oldest version, and runs it with
 * the jars of each. Uses nothing but Claviger, the SDK and the JDK.
 */
package io.claviger.e2e.engines;
