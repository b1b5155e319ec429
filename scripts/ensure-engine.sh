#!/bin/sh
# Makes sure that a container engine answers. Leaves a running one alone. As root on Debian or Ubuntu it installs the
# distribution's engine and starts it; otherwise it names what is missing and how to get it.
#
# usage: scripts/ensure-engine.sh PYTHON   (PYTHON: an interpreter that has the docker package)
set -eu
python=$1

answers() {
    "$python" -c 'import docker; docker.from_env(timeout=10).ping()' >/dev/null 2>&1
}

say() { printf '%s\n' "$*" >&2; }

install() {
    say "Installing $* from the distribution ..."
    log=$(mktemp)
    if ! { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@"; } >"$log" 2>&1
    then
        tail -n 20 "$log" >&2
        say "Could not install $*: see the lines above."
        exit 1
    fi
    rm -f "$log"
}

start() {
    if [ -d /run/systemd/system ]; then
        systemctl start docker
        return
    fi
    # A machine that was stopped hard leaves this behind, and by now the number may be another program's.
    old=$(cat /var/run/docker.pid 2>/dev/null || true)
    if [ -n "$old" ] && [ "$(cat "/proc/$old/comm" 2>/dev/null || true)" != dockerd ]; then
        rm -f /var/run/docker.pid
    fi
    mkdir -p build
    say "Starting the container engine (log: build/dockerd.log) ..."
    # A session of its own, so that it outlives this script and does not hold its output open.
    setsid dockerd >build/dockerd.log 2>&1 </dev/null &
    engine=$!
    while ! answers; do
        if ! kill -0 "$engine" 2>/dev/null; then
            tail -n 5 build/dockerd.log >&2
            say "The container engine stopped at once: see the lines above."
            exit 1
        fi
        sleep 0.3
    done
}

if answers; then
    exit 0
fi

if [ "$(id -u)" -ne 0 ]; then
    if ! command -v dockerd >/dev/null 2>&1; then
        say "No container engine: run 'sudo apt-get install docker.io', then 'sudo usermod -aG docker $(id -un)', and log in again."
    elif [ -S /var/run/docker.sock ]; then
        say "The container engine's socket is not open to you: run 'sudo usermod -aG docker $(id -un)' and log in again."
    else
        say "The container engine is not running: run 'sudo systemctl start docker'."
    fi
    exit 1
fi

if ! command -v dockerd >/dev/null 2>&1; then
    if ! command -v apt-get >/dev/null 2>&1; then
        say "No container engine, and this is not Debian or Ubuntu: install Docker for your system and start it."
        exit 1
    fi
    install docker.io iptables
fi
# The tests and the benchmark use the command line as well, which newer releases package apart.
command -v docker >/dev/null 2>&1 || install docker-cli
# Only needed where the base image can't be pulled, and small.
command -v debootstrap >/dev/null 2>&1 || install debootstrap
start
