/**
 * Sealing in Hadoop's S3A: a file system that never starts without it, and the interceptor that
 * S3A's auditing hands its configuration. Settings are Hadoop's own ({@code fs.s3a.claviger.*},
 * also for one bucket), secrets come from its credential providers or from files.
 *
 * <p>May use the interceptor and the configuration of the key service; uses of Hadoop only what its
 * client jars and hadoop-aws have.
 */
@NullMarked
package io.claviger.hadoop;

import org.jspecify.annotations.NullMarked;
