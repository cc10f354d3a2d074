# shellcheck shell=bash
# The dashboard's bundle: built by those who change it, committed, and so needed by nobody else (ADR 0021). Sourced by ./dev
# after prerequisites.sh; expects ROOT to be the repository's directory.

: "${ROOT:?}"
DASHBOARD_BUNDLE=$ROOT/coordinator-service/src/main/resources/static

# bundle_into DIRECTORY: builds in a copy, so that no node_modules lies among the sources. Fails when npm can fetch nothing.
bundle_into() {
    local work=$ROOT/target/dashboard
    rm -rf "$work" "$1"
    mkdir -p "$work"
    cp -r "$ROOT"/dashboard/{package.json,package-lock.json,.npmrc,vite.config.js,index.html,src} "$work"
    (cd "$work" && npm ci --loglevel=error >&2) || return 2
    (cd "$work" && DASHBOARD_OUT=$1 npm run --silent build >&2) ||
        die "the dashboard does not build" "see Vite's messages above"
}

# Vite runs on no older Node than 20, and Debian 12 has 18.
has_npm() {
    command -v npm >/dev/null && [[ $(node -p 'process.versions.node.split(".")[0]') -ge 20 ]]
}

build_dashboard() {
    has_npm || die "no npm with Node 20 or newer found" "only who changes the dashboard needs it"
    bundle_into "$DASHBOARD_BUNDLE" || die "npm could not fetch what package-lock.json names" "see npm's messages above"
}

# Where there is no npm, or none that can fetch, the committed bundle is what runs, and whether it is up to date is not known.
check_dashboard() {
    local fresh=$ROOT/target/dashboard-bundle
    if ! has_npm; then
        say "NOT CHECKED that the committed dashboard is what its sources give: there is no npm with Node 20 or newer here"
        return
    fi
    if ! bundle_into "$fresh"; then
        say "NOT CHECKED that the committed dashboard is what its sources give: npm could not fetch what it needs"
        return
    fi
    diff -r "$fresh" "$DASHBOARD_BUNDLE" >&2 || die "the committed dashboard is not what its sources give" "run ./dev dashboard"
}
