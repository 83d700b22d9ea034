/** The command line as its jar, in processes, over the real servers. */
package io.claviger.e2e.cli;
