/**
 * Callers that nobody here wrote: every kind of client of the SDK, under every setting of
 * checksums, over http and https; and libraries that are given opaque keys, the provider last in
 * the list.
 */
package io.claviger.e2e.clients;
