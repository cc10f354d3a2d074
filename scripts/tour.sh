# shellcheck shell=bash
# Does what the README's tour tells people to do, as it is written there, in a sandbox of its own, and looks at the dashboard in a browser. Sourced by
# ./dev after prerequisites.sh; expects ROOT to be the repository's directory.

: "${ROOT:?}"
# A person reads what has come before typing the next line; and a client of a primary that has just been killed is told so.
TOUR_PAUSE_SECONDS=3

# The lines that begin with "$ " in the console blocks of the section "Five minutes".
tour_commands() {
    awk '/^## /{tour = ($0 == "## Five minutes")}
         /^```/{block = ($0 == "```console"); next}
         tour && block && sub(/^\$ /, "")' "$ROOT/README.md"
}

find_tour_tools() {
    command -v psql >/dev/null || apt_install "no psql found" postgresql-client
    command -v jq >/dev/null || apt_install "no jq found" jq
}

# `sandbox up` says again where it is when the sandbox is there.
look_at_dashboard() {
    local url primary
    url=$("$ROOT/pgprimacy" sandbox up | grep -oE 'http://[^ ]+' | head -n 1)
    primary=$("$ROOT/pgprimacy" list --json | jq -r .primary)
    if ! find_node; then
        say "the dashboard at $url was not looked at, for there is no Node here to drive a browser"
        return
    fi
    say "the dashboard at $url"
    (run_system_test DashboardTour "$url" "$primary" >&2)
}

end_tour() {
    local code=$?
    "$ROOT/pgprimacy" sandbox down >&2 || true
    [[ $code -eq 0 ]] || say "the tour failed"
    rm -rf "$TOUR"
    exit "$code"
}

tour() {
    local line
    find_tour_tools
    find_chromium
    TOUR=$(mktemp -d)
    chmod 755 "$TOUR"
    export PGPRIMACY_SANDBOX_DIR=$TOUR/sandbox
    trap end_tour EXIT
    cd "$ROOT" || exit
    while IFS= read -r line <&3; do
        # What there is to see is there until the tour takes it down.
        [[ $line != *"sandbox down"* ]] || look_at_dashboard
        say "\$ $line"
        bash -euo pipefail -c "$line" >&2
        sleep "$TOUR_PAUSE_SECONDS"
    done 3< <(tour_commands)
    say "the tour of the README is as the README says"
}
