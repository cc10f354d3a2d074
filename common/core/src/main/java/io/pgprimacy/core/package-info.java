/** The pure heart of the control plane: values in, decisions out. */
@NullMarked
package io.pgprimacy.core;

import org.jspecify.annotations.NullMarked;
