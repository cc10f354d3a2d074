package io.pgprimacy.core.rule;

import io.pgprimacy.core.Golden;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RulesDocsTest {
    private static final Map<Character, String> FAMILIES = Map.of(
            'C', "Creation",
            'M', "Membership",
            'F', "Opening a failover",
            'P', "Choosing a primary",
            'W', "Switchover",
            'Y', "Synchronous set",
            'A', "Requests",
            'B', "Brakes",
            'N', "Staying");

    @Test
    void the_rule_table_is_the_code() {
        StringBuilder text = new StringBuilder("""
                # Rules

                Every decision in the cluster log names one of these rules, and whoever asks why nothing happens is told one too.
                Generated from `RuleId`; `./dev docs` rewrites it.
                """);
        char family = ' ';
        for (RuleId rule : RuleId.values()) {
            if (rule.name().charAt(0) != family) {
                family = rule.name().charAt(0);
                text.append("\n## ")
                        .append(FAMILIES.get(family))
                        .append("\n\n| rule | when it applies |\n| --- | --- |\n");
            }
            text.append("| ").append(rule).append(" | ").append(rule.sentence()).append(" |\n");
        }
        Golden.documents("docs/reference/rules.md", text.toString());
    }
}
