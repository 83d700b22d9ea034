/**
 * Spark as its users have it: PySpark of PyPI, executors in processes of their own, S3A over a real
 * store, and the jar that is published.
 */
package io.claviger.e2e.spark;
