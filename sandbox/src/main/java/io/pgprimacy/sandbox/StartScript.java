package io.pgprimacy.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The script that starts one unit unless it runs already, and returns when it answers. A script and not Java, because a
 * host must be back within a second of {@code pgprimacy sandbox start HOST}: no JVM but the agent's own.
 */
final class StartScript {
    private static final String TEMPLATE = """
            #!/usr/bin/env bash
            # Written by `pgprimacy sandbox up`. Starts @NAME@ unless it runs already, and returns when it answers.
            set -euo pipefail
            umask 022
            export @MARK@=@ROOT@
            cd @DIR@

            # Field 22 of stat: with the pid it names one process for as long as the machine is up.
            start_time() {
                local stat
                { IFS= read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 0
                # shellcheck disable=SC2086 # the fields, one by one
                set -- ${stat##*) }
                [[ $1 == Z ]] || printf '%s' "${20}"
            }

            if [[ ${1-} == --run ]]; then
                printf '%s %s\\n' "$$" "$(start_time "$$")" >pid.new
                mv pid.new pid
                exec @COMMAND@
            fi

            is_running() {
                local number started=
                [[ -r pid ]] || return 1
                read -r number started <pid || true
                [[ -n $started && $(start_time "$number") == "$started" ]]
            }

            start() {
                rm -f pid
                setsid "$0" --run </dev/null >>@LOG@ 2>&1 9>&- &
                for ((i = 0; i < 500; i++)); do
                    [[ ! -e pid ]] || break
                    sleep 0.01
                done
            }

            # 0: it answers, 1: it ended, 2: neither within the bound.
            await_answer() {
                for ((i = 0; i < @TRIES@; i++)); do
                    if @ANSWERS@ 2>/dev/null; then
                        return 0
                    fi
                    is_running || return 1
                    sleep 0.02
                done
                return 2
            }

            say() { printf '%s %s (pid %s)\n' @NAME@ "$1" "$(cut -d ' ' -f 1 pid)"; }

            # Two that start it at once must not start it twice.
            exec 9>start.lock
            flock -w 60 9
            # What was killed just now may look alive for another moment, and even take a connection.
            if is_running && await_answer && sleep 0.2 && is_running; then
                say 'already runs'
                exit 0
            fi
            if is_running; then
                printf 'error: %s runs, but does not answer on port %s\nhint: kill it, then start it again\n' @NAME@ @PORT@ >&2
                exit 1
            fi
            start
            if await_answer; then
                say started
                exit 0
            elif is_running; then
                printf 'error: %s does not answer on port %s\nhint: see the end of %s\n' @NAME@ @PORT@ @LOG@ >&2
            else
                printf 'error: %s ended while it was starting\nhint: see the end of %s\n' @NAME@ @LOG@ >&2
            fi
            exit 1
            """;

    /** Of 20 ms and more; a loaded machine takes its time. */
    private static final int TRIES = 3000;

    private StartScript() {}

    static void write(Layout layout, Unit unit, List<String> command) throws IOException {
        Path dir = layout.unitDir(unit);
        Path script = layout.startScript(unit);
        String text = TEMPLATE.replace("@NAME@", unit.name())
                .replace("@DIR@", quoted(dir.toString()))
                .replace("@ROOT@", quoted(layout.root().toString()))
                .replace("@MARK@", ProcessTable.MARK)
                .replace("@LOG@", quoted(layout.log(unit).toString()))
                .replace("@PORT@", Integer.toString(unit.port()))
                .replace("@TRIES@", Integer.toString(TRIES))
                .replace("@ANSWERS@", words(inside(unit.place(), answers(unit))))
                .replace("@COMMAND@", words(inside(unit.place(), command)));
        Files.writeString(script, text);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** {@code ip} replaces itself by the command, which therefore keeps the pid that was written down. */
    private static List<String> inside(Place place, List<String> command) {
        List<String> all = new ArrayList<>();
        place.namespace().ifPresent(name -> all.addAll(List.of("ip", "netns", "exec", name)));
        all.addAll(command);
        return all;
    }

    /** A shell of its own: only within the namespace is it certain that the address can be reached. */
    private static List<String> answers(Unit unit) {
        return List.of("bash", "-c", "exec 3<>/dev/tcp/" + unit.place().address() + "/" + unit.port());
    }

    private static String words(List<String> command) {
        return command.stream().map(StartScript::quoted).collect(Collectors.joining(" "));
    }

    static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
