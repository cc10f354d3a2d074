package io.pgprimacy.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Columns as wide as what stands in them. A header that begins with {@code >} aligns its column to the right. */
final class Table {
    private final List<List<String>> rows = new ArrayList<>();
    private final List<Boolean> right = new ArrayList<>();

    Table(String... headers) {
        List<String> names = new ArrayList<>();
        for (String header : headers) {
            right.add(header.startsWith(">"));
            names.add(header.startsWith(">") ? header.substring(1) : header);
        }
        rows.add(List.copyOf(names));
    }

    Table row(String... cells) {
        if (cells.length != right.size()) {
            throw new IllegalArgumentException(cells.length + " cells for " + right.size() + " columns");
        }
        rows.add(List.of(cells));
        return this;
    }

    void print(PrintStream out) {
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                String cell = row.get(column);
                String space = " ".repeat(width(column) - cell.length());
                line.append(column == 0 ? "" : "  ").append(right.get(column) ? space + cell : cell + space);
            }
            out.println(line.toString().stripTrailing());
        }
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }
}
