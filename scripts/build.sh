# shellcheck shell=bash
# Builds the programs that run, when they are missing or older than their sources. Sourced by ./dev and ./pgprimacy after
# prerequisites.sh; expects ROOT to be the repository's directory.

: "${ROOT:?}"
STAMP=$ROOT/target/.built
PRODUCT=(agent-service coordinator-service storage-service backup-worker rescue cli sandbox/kafka-broker sandbox/s3-endpoint)

# newer_source [FIND-CONDITION...]: prints one source of the product that changed after the last build, or nothing.
newer_source() {
    find "$ROOT/pom.xml" "$ROOT"/common/*/ "${PRODUCT[@]/#/$ROOT/}" "$ROOT/sandbox" \
        \( -name target -o -path '*/src/test' \) -prune -o \
        -type f "$@" -newer "$STAMP" -print -quit
}

is_built() {
    local module
    [[ -e "$STAMP" ]] || return 1
    for module in "${PRODUCT[@]}"; do
        [[ -d "$ROOT/$module/target/lib" ]] || return 1
    done
    [[ -z "$(newer_source \( -path '*/src/*' -o -name pom.xml \))" ]]
}

drop_copied_jars() {
    local module
    for module in "${PRODUCT[@]}"; do
        rm -rf "$ROOT/$module/target/lib"
    done
}

# with_stamp COMMAND...: runs a build of the product. The stamp carries the time of its start, so that a file saved while it
# runs counts as newer.
with_stamp() {
    mkdir -p "$ROOT/target"
    touch "$STAMP.start"
    # After a change of versions the old jars would stay on the class path beside the new ones.
    if [[ -e "$STAMP" && -n "$(newer_source -name pom.xml)" ]]; then
        drop_copied_jars
    fi
    "$@" || return
    mv "$STAMP.start" "$STAMP"
}

build_product() {
    local modules
    modules=$(IFS=, && printf '%s' "${PRODUCT[*]}")
    find_maven
    with_stamp mvn -B -Dorg.slf4j.simpleLogger.defaultLogLevel=warn -f "$ROOT/pom.xml" \
        -pl "$modules" -am -Dmaven.test.skip=true -Dunit.tests.skip=true package >&2 ||
        die "the build failed" "see Maven's messages above"
}

build_if_stale() {
    is_built && return
    mkdir -p "$ROOT/target"
    (
        # Two commands started at once must not build into the same directories.
        if command -v flock >/dev/null; then
            flock 9
        fi
        if ! is_built; then
            if [[ -e "$STAMP" ]]; then
                say "building pgprimacy ..."
            else
                say "building pgprimacy (first time only) ..."
            fi
            build_product
        fi
    ) 9>"$ROOT/target/.build.lock"
}
