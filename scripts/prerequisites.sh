# shellcheck shell=bash
# Finds what pgprimacy needs on this machine, and on Debian installs it when run as root. Sourced by ./dev and ./pgprimacy.
# Everything is said on stderr: stdout belongs to the program that is about to run.

say() { printf '%s\n' "$*" >&2; }

die() {
    say "error: $1"
    [[ -z "${2-}" ]] || say "hint: $2"
    exit 1
}

# apt_install REASON PACKAGE...: only root may, and only where there is apt.
apt_install() {
    local reason=$1
    shift
    command -v apt-get >/dev/null || die "$reason" "install $* with this system's package manager"
    [[ $(id -u) -eq 0 ]] || die "$reason" "install it with: sudo apt-get install $*"
    say "$reason: installing $*"
    DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2 || say "apt-get update failed, trying the lists at hand"
    DEBIAN_FRONTEND=noninteractive UCF_FORCE_CONFFOLD=1 \
        apt-get install -qq -y --no-install-recommends "$@" >&2 || die "could not install $*" "see apt-get's message above"
}

# java_major HOME: prints the feature release of the JDK in HOME, or nothing. Reads a file, for a JVM takes longer to ask.
java_major() {
    local line
    [[ -x "$1/bin/javac" && -r "$1/release" ]] || return 0
    while IFS= read -r line; do
        if [[ $line =~ ^JAVA_VERSION=\"([0-9]+) ]]; then
            printf '%s' "${BASH_REMATCH[1]}"
            return 0
        fi
    done <"$1/release"
}

is_new_enough() {
    local major
    major=$(java_major "$1")
    [[ -n "$major" && "$major" -ge 25 ]]
}

find_java_once() {
    local candidate java
    for candidate in "${JAVA_HOME-}" /usr/lib/jvm/*25*; do
        if [[ -n "$candidate" ]] && is_new_enough "$candidate"; then
            JAVA_HOME=$candidate
            return 0
        fi
    done
    if java=$(command -v java); then
        candidate=$(dirname "$(dirname "$(readlink -f "$java")")")
        if is_new_enough "$candidate"; then
            JAVA_HOME=$candidate
            return 0
        fi
    fi
    return 1
}

# Sets and exports JAVA_HOME to a JDK of release 25 or later.
find_java() {
    local package
    if ! find_java_once; then
        if [[ $(id -u) -eq 0 ]] && command -v apt-get >/dev/null; then
            apt-get update -qq >&2 || true
            for package in openjdk-25-jdk-headless temurin-25-jdk; do
                if apt-cache show "$package" >/dev/null 2>&1; then
                    apt_install "no JDK 25 found" "$package"
                    break
                fi
            done
        fi
        find_java_once || die "no JDK 25 or later found" \
            "install one (Debian: openjdk-25-jdk-headless where it exists, else Eclipse Temurin 25) and set JAVA_HOME to it"
    fi
    export JAVA_HOME
}

find_maven() {
    command -v mvn >/dev/null || apt_install "no Maven found" maven
}

find_shellcheck() {
    command -v shellcheck >/dev/null || apt_install "no shellcheck found" shellcheck
}

# The browser of the dashboard's test. Who is not root may do without: the test is skipped then, and says so.
find_chromium() {
    command -v chromium >/dev/null && return
    [[ $(id -u) -eq 0 ]] || return 0
    (apt_install "no chromium found" chromium) || true
}

# Playwright's driver is JavaScript; the Node that it brings along (200 MB) is not among the copied libraries.
find_node() {
    if ! command -v node >/dev/null; then
        [[ $(id -u) -eq 0 ]] || return 1
        (apt_install "no node found" nodejs) || return 1
    fi
    PLAYWRIGHT_NODEJS_PATH=$(command -v node)
    export PLAYWRIGHT_NODEJS_PATH
}

# The proxy of the test of Patroni's tools; the same goes for it.
find_proxies() {
    [[ -x /usr/sbin/haproxy && -x /usr/sbin/pgbouncer ]] && return
    [[ $(id -u) -eq 0 ]] || return 0
    (apt_install "no haproxy or pgbouncer found" haproxy pgbouncer) || true
}

# Checks the alert rules. Debian's package would start a Prometheus, which nobody asked for: only its program is taken out.
find_promtool() {
    local tools=$PWD/target/tools
    command -v promtool >/dev/null && return
    if [[ ! -x "$tools/usr/bin/promtool" ]] && command -v apt-get >/dev/null; then
        say "no promtool found: taking it out of Debian's package prometheus"
        mkdir -p "$tools"
        (cd "$tools" && apt-get download -qq prometheus && dpkg -x prometheus_*.deb . && rm prometheus_*.deb) >&2 ||
            say "there is none to be had; its test is skipped"
    fi
    export PATH=$PATH:$tools/usr/bin
}

# What ./dev chaos makes networks, disks and clocks with; who is not root has no use for it. What is missing in the end is left
# out of the campaign, and its report says so.
find_chaos_tools() {
    [[ $(id -u) -eq 0 ]] || return 0
    command -v ip >/dev/null || (apt_install "no iproute2 found" iproute2) || true
    command -v mkfs.ext4 >/dev/null || (apt_install "no e2fsprogs found" e2fsprogs) || true
    compgen -G '/usr/lib/*/faketime/libfaketimeMT.so.1' >/dev/null || (apt_install "no libfaketime found" libfaketime) || true
}

# The newest server's directory of programs, or nothing. PostgreSQL's own pg_config is asked where Debian's layout is absent.
postgres_bin() {
    local newest=""
    if [[ -n "${PGPRIMACY_PG_BIN-}" ]]; then
        newest=$PGPRIMACY_PG_BIN
    else
        newest=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
        if [[ ! -x "$newest/initdb" ]] && command -v pg_config >/dev/null; then
            newest=$(pg_config --bindir)
        fi
    fi
    if [[ -x "$newest/initdb" && -x "$newest/postgres" ]]; then
        printf '%s' "$newest"
    fi
}

# Sets and exports PGPRIMACY_PG_BIN.
find_postgres() {
    local bin
    bin=$(postgres_bin)
    if [[ -z "$bin" ]]; then
        [[ -z "${PGPRIMACY_PG_BIN-}" ]] ||
            die "no PostgreSQL server in PGPRIMACY_PG_BIN=$PGPRIMACY_PG_BIN" "point it at the directory that holds initdb and postgres"
        # Debian would create and start a cluster of its own on port 5432: nobody asked for one.
        if [[ $(id -u) -eq 0 && ! -e /etc/postgresql-common/createcluster.conf ]] && command -v apt-get >/dev/null; then
            mkdir -p /etc/postgresql-common
            printf 'create_main_cluster = false\n' >/etc/postgresql-common/createcluster.conf
        fi
        apt_install "no PostgreSQL server found" postgresql
        bin=$(postgres_bin)
        [[ -n "$bin" ]] || die "PostgreSQL was installed, but its programs were not found" "set PGPRIMACY_PG_BIN to their directory"
    fi
    export PGPRIMACY_PG_BIN=$bin
}
