/** Plans of faults, in one vocabulary for real processes ({@code ./dev chaos}) and for the simulation ({@code ./dev sim --plan}). */
@org.jspecify.annotations.NullMarked
package io.pgprimacy.simulation.plan;
