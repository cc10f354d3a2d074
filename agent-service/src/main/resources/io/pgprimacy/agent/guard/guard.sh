#!/usr/bin/env bash
# The guard of one PostgreSQL instance (DESIGN S5): kills it when its lease ends, whatever has become of the agent.
#
# usage: guard.sh RUNTIME_DIR DATA_DIR [WATCHDOG_DEVICE]
#
# RUNTIME_DIR/deadline  written by the agent: centiseconds of /proc/uptime, or `none`
# RUNTIME_DIR/held      written here: "<deadline held> <uptime> <beat>", the acknowledgement and the sign of life
# RUNTIME_DIR/guard     written here once: "<pid> <start ticks> <boot id>"
# RUNTIME_DIR/fenced    written here: "fenced <uptime> <pid>..." for each time that something was killed
# RUNTIME_DIR/wake      a fifo; a line written to it ends the current nap
#
# Bash and no forks inside the loop: on a machine that is out of memory or process slots, a fork is what fails.
# The watchdog device is petted while an armed deadline lies ahead, and closed properly when the guard is disarmed or
# has seen the instance dead. In between, and when the guard itself is gone, nobody pets it and the machine resets.

set -u

RUNTIME=$1
DATA=$2
WATCHDOG=${3:-}

deadline=none
now=0
beat=0
next_scan=0
leave=0
killed=""
watchdog_fd=""

# Times are centiseconds since boot; 10# because 0.08 would be a broken octal number.
read_clock() {
    local up
    read -r up _ </proc/uptime
    now=$((10#${up/./}))
}

# What cannot be read or understood changes nothing: the last known deadline stays in force.
read_deadline() {
    local line=""
    { read -r line <"$RUNTIME/deadline"; } 2>/dev/null || return 0
    if [[ $line == none || $line =~ ^[0-9]{1,15}$ ]]; then
        deadline=$line
    fi
}

acknowledge() {
    beat=$((beat + 1))
    { printf '%s %s %s\n' "$deadline" "$now" "$beat" >"$RUNTIME/held"; } 2>/dev/null
}

armed() { [[ $deadline != none ]]; }
expired() { armed && ((now > deadline)); }

kill_one() {
    kill -KILL "$1" 2>/dev/null && killed+=" $1"
}

# True where the pid file names a live process of this data directory; `pid` is that process.
find_postmaster() {
    pid=""
    { read -r pid <"$DATA/postmaster.pid"; } 2>/dev/null
    [[ $pid =~ ^[0-9]+$ && /proc/$pid/cwd -ef $DATA ]]
}

kill_all_of_directory() {
    local dir comm
    for dir in /proc/[1-9]*; do
        [[ $dir/cwd -ef $DATA ]] || continue
        { read -r comm <"$dir/comm"; } 2>/dev/null || continue
        [[ $comm == postgres || $comm == postmaster ]] && kill_one "${dir#/proc/}"
    done
}

# The postmaster first, so that nothing new is forked. A look at every process of the machine is dear, so once nothing
# is left it is repeated each second only; a new start shows in the pid file and is seen within 50 ms.
fence() {
    local pid
    killed=""
    find_postmaster && kill_one "$pid"
    if [[ -n $killed ]] || ((now >= next_scan)); then
        kill_all_of_directory
        if [[ -z $killed ]]; then
            next_scan=$((now + 100))
        else
            next_scan=0
            { printf 'fenced %s%s\n' "$now" "$killed" >>"$RUNTIME/fenced"; } 2>/dev/null
        fi
    fi
}

pet_watchdog() {
    [[ -n $WATCHDOG ]] || return 0
    if [[ -z $watchdog_fd ]]; then
        { exec {watchdog_fd}>"$WATCHDOG"; } 2>/dev/null || watchdog_fd=""
    fi
    [[ -z $watchdog_fd ]] || printf '.' >&"$watchdog_fd"
}

# V is the magic letter that tells the kernel that the device is being closed on purpose.
release_watchdog() {
    [[ -n $watchdog_fd ]] || return 0
    printf 'V' >&"$watchdog_fd"
    exec {watchdog_fd}>&-
    watchdog_fd=""
}

# SIGTERM is obeyed only where leaving gives nothing away.
may_leave() {
    local pid
    [[ -d $RUNTIME ]] || leave=1
    ((leave)) || return 1
    leave=0
    ! armed || ! find_postmaster
}

# Short where something is due soon. Waiting on a fifo is a sleep without a process, and one that the agent can end.
nap() {
    local length=25 seconds
    if expired; then
        length=5
        [[ -n $killed ]] && length=1
    elif armed && ((deadline - now < length)); then
        length=$((deadline - now + 1))
    fi
    printf -v seconds '0.%02d' "$length"
    read -r -t "$seconds" -u "$wake" _
}

announce() {
    local stat boot fields
    read -r stat </proc/self/stat
    read -r boot </proc/sys/kernel/random/boot_id
    read -r -a fields <<<"${stat##*) }"
    printf '%s %s %s\n' "$$" "${fields[19]}" "$boot" >"$RUNTIME/guard"
}

become_hard_to_kill() {
    { printf '%s' -1000 >/proc/self/oom_score_adj; } 2>/dev/null
    renice -n -10 -p $$ >/dev/null 2>&1
}

main() {
    local lock
    trap '' HUP INT QUIT PIPE USR1 USR2
    trap 'leave=1' TERM
    cd / || exit 1
    umask 077
    exec {lock}>>"$RUNTIME/lock"
    flock -n "$lock" || exit 0
    [[ -p $RUNTIME/wake ]] || mkfifo -m 600 "$RUNTIME/wake"
    # Opened for reading and writing: it never ends, whoever comes and goes on the other side.
    exec {wake}<>"$RUNTIME/wake"
    become_hard_to_kill
    announce
    until may_leave; do
        read_clock
        read_deadline
        acknowledge
        if expired; then
            fence
            [[ -n $killed ]] || release_watchdog
        elif armed; then
            next_scan=0
            pet_watchdog
        else
            release_watchdog
        fi
        nap
    done
    release_watchdog
}

main
exit 0
