/** Jobs over whole buckets, over a real MinIO. */
package io.claviger.e2e.bulk;
