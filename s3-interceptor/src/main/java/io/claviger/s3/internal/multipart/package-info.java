/**
 * Multipart uploads: creating one, sealing parts, completing it with a closing part, listing and
 * aborting. May use: write, stored and below.
 */
@NullMarked
package io.claviger.s3.internal.multipart;

import org.jspecify.annotations.NullMarked;
