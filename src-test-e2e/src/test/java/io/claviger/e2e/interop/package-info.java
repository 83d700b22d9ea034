/**
 * The Amazon S3 Encryption Client 4.0.1 and this library side by side over the same stores: one
 * class for each failure of the former, one test that shows it and one that shows what happens
 * here. The list is in {@code docs/s3-encryption-client.md}.
 */
package io.claviger.e2e.interop;
