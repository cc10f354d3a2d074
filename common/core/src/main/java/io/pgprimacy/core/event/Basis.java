package io.pgprimacy.core.event;

import io.pgprimacy.core.rule.RuleId;
import java.util.Optional;

/**
 * What every decision carries.
 *
 * @param sequence the last decision's plus one; the first record with a sequence wins, every reader ignores a later one
 * @param because one sentence for people, with the numbers in it
 * @param answers id of the request that this answers
 */
public record Basis(
        long sequence, String coordinator, RuleId rule, String because, Optional<String> answers, Evidence evidence) {}
