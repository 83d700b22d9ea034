/** Every kind of client of the SDK, under every setting of checksums, over http and https. */
package io.claviger.e2e.clients;
