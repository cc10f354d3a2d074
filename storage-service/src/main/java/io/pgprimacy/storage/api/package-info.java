/** HTTP for agents and operators. */
@NullMarked
package io.pgprimacy.storage.api;

import org.jspecify.annotations.NullMarked;
