package io.pgprimacy.rescue;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pgprimacy.backup.restore.RestoreRefused;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The server that dumps are restored into, asked through PostgreSQL's own programs. */
final class DumpServer {
    /** What a database has that initdb did not put there. */
    private static final String OWN_OBJECTS = """
            select (select count(*) from pg_class where oid >= 16384) + (select count(*) from pg_proc where oid >= 16384)
                 + (select count(*) from pg_type where oid >= 16384)
                 + (select count(*) from pg_namespace where oid >= 16384)
                 + (select count(*) from pg_largeobject_metadata);
            """;

    private final Path programs;
    private final URI server;

    /** Writes what a program is to read. */
    @FunctionalInterface
    interface Source {
        void write(OutputStream out) throws IOException;
    }

    /** @param server of libpq: {@code postgresql://user@host:port/database} */
    DumpServer(Path programs, String server) {
        this.programs = programs;
        this.server = URI.create(server);
        if (!List.of("postgresql", "postgres").contains(String.valueOf(this.server.getScheme()))
                || this.server.getRawAuthority() == null) {
            throw new IllegalArgumentException("'" + server + "' is not like postgresql://user@host:5432");
        }
    }

    void requirePrograms() {
        for (String program : List.of("psql", "pg_restore")) {
            if (!Files.isExecutable(programs.resolve(program))) {
                throw new RestoreRefused(
                        "there is no " + programs.resolve(program),
                        "name the directory of PostgreSQL's programs with --pg-bin");
            }
        }
    }

    boolean exists(String database) throws IOException {
        return isThere("select count(*) from pg_database where datname = ", database);
    }

    boolean hasRole(String name) throws IOException {
        return isThere("select count(*) from pg_roles where rolname = ", name);
    }

    /** As a statement, not as an argument, which a locale could spoil. */
    private boolean isThere(String query, String name) throws IOException {
        String sql = "set standard_conforming_strings = on;\n" + query + "'" + name.replace("'", "''") + "';\n";
        return !ask(uri(maintenance()), sql).equals("0");
    }

    boolean isEmpty(String database) throws IOException {
        return ask(uri(database), OWN_OBJECTS).equals("0");
    }

    /** Statements that fail do not stop it: a role may be there already. */
    void apply(Source sql) throws IOException {
        run(List.of(program("psql"), "--no-psqlrc", "--quiet", "--dbname=" + uri(maintenance())), sql);
    }

    void restoreInto(String database, Source dump) throws IOException {
        restore("pg_restore of '" + database + "'", List.of("--dbname=" + uri(database)), dump);
    }

    /** The database is created first, as the archive says. */
    void create(String database, Source dump) throws IOException {
        restore("pg_restore of '" + database + "'", List.of("--create", "--dbname=" + uri(maintenance())), dump);
    }

    private void restore(String what, List<String> where, Source dump) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(program("pg_restore"), "--no-password", "--exit-on-error", "--format=custom"));
        command.addAll(where);
        int status = run(command, dump);
        if (status != 0) {
            throw new RestoreRefused(
                    what + " ended with exit status " + status + ", and what it had restored is there",
                    "a role that is missing comes with --globals=apply; drop the database and try again");
        }
    }

    private String maintenance() {
        String path = server.getPath() == null ? "" : server.getPath();
        return path.length() > 1 ? path.substring(1) : "postgres";
    }

    private String uri(String database) {
        String query = server.getRawQuery() == null ? "" : "?" + server.getRawQuery();
        return "postgresql://" + server.getRawAuthority() + "/"
                + URLEncoder.encode(database, UTF_8).replace("+", "%20") + query;
    }

    private String program(String name) {
        return programs.resolve(name).toString();
    }

    private String ask(String database, String sql) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                program("psql"),
                "--no-psqlrc",
                "--no-password",
                "--tuples-only",
                "--no-align",
                "--quiet",
                "--set=ON_ERROR_STOP=1",
                "--dbname=" + database);
        builder.environment().put("PGCLIENTENCODING", "UTF8");
        Process process = builder.redirectErrorStream(true).start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(sql.getBytes(UTF_8));
        }
        String said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        if (await(process) != 0) {
            throw new RestoreRefused("the server does not answer: " + said, "nothing was changed; look at --into");
        }
        return said;
    }

    /** Its own words go where this program's go. Returns its exit status, once all was read of what is given to it. */
    private static int run(List<String> command, Source source) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            OutputStream in = process.getOutputStream();
            source.write(new Tolerant(in));
            try {
                in.close();
            } catch (IOException e) {
                // It has ended early; its exit status says why.
            }
            return await(process);
        } finally {
            process.destroyForcibly();
        }
    }

    /** A program that has ended reads no more, and its exit status says why; what goes to it is still to be verified to its end. */
    private static final class Tolerant extends OutputStream {
        private final OutputStream out;
        private boolean gone;

        Tolerant(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            try {
                if (!gone) {
                    out.write(bytes, offset, length);
                }
            } catch (IOException e) {
                gone = true;
            }
        }
    }

    private static int await(Process process) throws InterruptedIOException {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }
}
