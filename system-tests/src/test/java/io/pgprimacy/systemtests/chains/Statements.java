package io.pgprimacy.systemtests.chains;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;

/** Random statements that are valid in their order, whatever pgbench does beside them. */
final class Statements {
    private static final int TABLES = 6;

    private final SplittableRandom random;
    private final List<String> tablespaces = new ArrayList<>(List.of("pg_default"));
    private final TreeSet<String> databases = new TreeSet<>();

    Statements(SplittableRandom random) {
        this.random = random;
    }

    void add(String tablespace) {
        tablespaces.add(tablespace);
    }

    List<String> some(int most) {
        List<String> statements = new ArrayList<>();
        for (int i = random.nextInt(1, most + 1); i > 0; i--) {
            String table = "t" + random.nextInt(TABLES);
            statements.add("create table if not exists " + table + "(i int primary key, v text) tablespace "
                    + tablespaces.get(random.nextInt(tablespaces.size())));
            statements.addAll(change(table));
        }
        return statements;
    }

    private List<String> change(String table) {
        int rows = random.nextInt(1, 4000);
        return switch (random.nextInt(16)) {
            case 0 -> List.of("drop table " + table);
            case 1 -> List.of("truncate " + table);
            case 2, 3, 4 ->
                List.of("insert into " + table + " select i, md5(i::text) from generate_series(1, " + rows
                        + ") i on conflict do nothing");
            case 5 -> List.of("delete from " + table + " where i % " + random.nextInt(2, 6) + " = 0");
            case 6 -> List.of("update " + table + " set v = left(v, 40) || 'x' where i % 7 = 0");
            case 7 -> List.of("vacuum " + table);
            case 8 -> List.of("vacuum (full) " + table);
            case 9 -> List.of("vacuum (freeze) " + table, "vacuum (freeze) pgbench_accounts");
            case 10 ->
                List.of("alter table " + table + " set tablespace "
                        + tablespaces.get(random.nextInt(tablespaces.size())));
            case 11 ->
                List.of(
                        "drop index if exists " + table + "_v",
                        "create index " + table + "_v on " + table + "(left(v, 50))");
            // Out of line, and not to be compressed.
            case 12 ->
                List.of("insert into " + table + " select " + rows
                        + " + i * 10000, (select string_agg(md5((i * k)::text), '') from generate_series(1, 100) k)"
                        + " from generate_series(1, 60) i on conflict do nothing");
            case 13 -> List.of("alter table " + table + " set unlogged", "alter table " + table + " set logged");
            case 14 -> List.of("reindex table pgbench_tellers", "checkpoint");
            default -> List.of(database());
        };
    }

    private String database() {
        String name = "d" + random.nextInt(2);
        if (databases.remove(name)) {
            return "drop database " + name + " with (force)";
        }
        databases.add(name);
        return "create database " + name;
    }
}
