/** The service's settings, and what is wired to what. */
@NullMarked
package io.pgprimacy.coordinator.config;

import org.jspecify.annotations.NullMarked;
