/**
 * Key rules: which master key and context an object is sealed with by its name. Texts in, choices
 * out; no I/O but reading a file of rules, no key service. May use: io.claviger.kms for contexts.
 */
@NullMarked
package io.claviger.s3.rules;

import org.jspecify.annotations.NullMarked;
