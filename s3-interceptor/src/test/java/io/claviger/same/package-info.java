/**
 * Sequences of S3 operations that must look the same through a plain client and through one with
 * the interceptor; run against S3Mock here and against real servers by the end-to-end suites. Uses
 * the public API only.
 */
package io.claviger.same;
