/**
 * The vectors of {@code docs/vectors}: made here by hand, with the JDK's algorithms and nothing of
 * ours, and read through our public faces. A second reader beside the files reads them too.
 */
package io.claviger.vectors;
