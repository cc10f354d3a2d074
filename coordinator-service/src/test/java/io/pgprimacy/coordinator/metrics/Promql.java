package io.pgprimacy.coordinator.metrics;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a PromQL expression names, and whether it can be one. Not a grammar: enough to find a misspelt metric, label or function, and a bracket
 * that is not closed; {@code promtool} checks the rest where it is there.
 */
record Promql(Set<String> metrics, Set<String> labels) {
    private static final Set<String> FUNCTIONS = Set.of(
            "absent", "changes", "count", "increase", "max", "min", "rate", "sum", "time", "vector", "label_values");
    private static final Set<String> WORDS = Set.of("and", "or", "unless");
    private static final Set<String> BEFORE_LABELS = Set.of("by", "without", "on", "ignoring");

    private static final Pattern TOKEN = Pattern.compile("\\s+"
            + "|(?<range>\\[[^\\]]*\\])"
            + "|(?<name>[a-zA-Z_][a-zA-Z0-9_]*)"
            + "|(?<number>[0-9]+(?:\\.[0-9]+)?)"
            + "|(?<matcher>\\{(?:[^\"{}]|\"[^\"]*\")*\\})"
            + "|(?<bracket>[()])"
            + "|==|!=|>=|<=|[-+*/><,]");
    private static final Pattern RANGE = Pattern.compile("\\[(\\$__\\w+|\\d+[smhd](:\\d+[smhd])?)\\]");
    private static final Pattern MATCHER = Pattern.compile("\\s*(\\w+)\\s*(=|!=|=~|!~)\\s*\"[^\"]*\"\\s*,?");

    static Promql of(String expression) {
        Promql found = new Promql(new TreeSet<>(), new TreeSet<>());
        Matcher token = TOKEN.matcher(expression);
        Deque<Boolean> open = new ArrayDeque<>();
        String before = "";
        int at = 0;
        while (at < expression.length()) {
            if (!token.find() || token.start() != at) {
                throw new IllegalArgumentException("not understood at \"" + expression.substring(at) + "\"");
            }
            at = token.end();
            String text = token.group();
            if (text.isBlank()) {
                continue;
            }
            if (text.equals("(")) {
                open.push(BEFORE_LABELS.contains(before));
            } else if (text.equals(")")) {
                if (open.isEmpty()) {
                    throw new IllegalArgumentException("a bracket too many in \"" + expression + "\"");
                }
                open.pop();
            } else if (token.group("name") != null) {
                found.name(text, expression.substring(at).stripLeading(), !open.isEmpty() && open.peek());
            } else if (token.group("matcher") != null) {
                found.matchers(text.substring(1, text.length() - 1));
            } else if (token.group("range") != null && !RANGE.matcher(text).matches()) {
                throw new IllegalArgumentException("no range: " + text);
            }
            before = text.toLowerCase(Locale.ROOT);
        }
        if (!open.isEmpty()) {
            throw new IllegalArgumentException("a bracket is not closed in \"" + expression + "\"");
        }
        return found;
    }

    private void name(String name, String rest, boolean inLabels) {
        if (inLabels) {
            labels.add(name);
        } else if (WORDS.contains(name) || BEFORE_LABELS.contains(name)) {
            return;
        } else if (FUNCTIONS.contains(name)) {
            if (!rest.matches("(?s)(\\(|by\\b|without\\b).*")) {
                throw new IllegalArgumentException(name + " is a function without arguments");
            }
        } else if (rest.startsWith("(")) {
            throw new IllegalArgumentException("no function of these expressions: " + name);
        } else {
            metrics.add(name);
        }
    }

    private void matchers(String inside) {
        Matcher matcher = MATCHER.matcher(inside);
        int at = 0;
        while (at < inside.length()) {
            if (!matcher.find() || matcher.start() != at) {
                throw new IllegalArgumentException("no matcher: " + inside);
            }
            labels.add(matcher.group(1));
            at = matcher.end();
        }
    }
}
