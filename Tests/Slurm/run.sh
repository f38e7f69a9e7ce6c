#!/usr/bin/env bash
# The same list by one process, by two, and as an array of a real Slurm: the collected bytes are equal.
# With Snakemake (a snakemake on the PATH, or SNAKEMAKE=PATH) also through data/workflows/Snakefile.
#
# Starts munge, slurmctld and two slurmd on loopback, on free ports, with all files in a folder of its
# own, and ends them again. Needs root; installs Slurm with apt when it is not there. SLURM_TEST=off
# leaves it out. Catches: a seed or a place that depends on the slice, a slice that is left out or run
# twice, a collection with gaps, an array script that miscounts.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
thymus=${THYMUS:-$root/.build-tests/release/thymus}

skip() {
  echo "Slurm test SKIPPED: $*"
  exit 0
}
[ -x "$thymus" ] || { echo "Slurm test: there is no program $thymus; make test builds it."; exit 1; }
thymus=$(cd "$(dirname "$thymus")" && pwd)/$(basename "$thymus")
[ "${SLURM_TEST:-on}" = off ] && skip "SLURM_TEST=off."
[ "$(uname)" = Linux ] || skip "it needs Linux."
[ "$(id -u)" = 0 ] || skip "it needs root to start the daemons."
PATH=$PATH:/usr/sbin:/sbin
tools=(munged munge slurmctld slurmd sbatch squeue sinfo scontrol)
have() { for tool in "${tools[@]}"; do command -v "$tool" >/dev/null || return 1; done; }
if ! have; then
  command -v apt-get >/dev/null || skip "Slurm is not installed and there is no apt-get."
  echo "Installing slurm-wlm and munge"
  # RUNLEVEL=1: the packages' own services are not started.
  get() { RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
    --no-install-recommends slurm-wlm munge >/dev/null 2>&1; }
  get || { apt-get update -qq >/dev/null 2>&1 && get; } || true
  have || skip "apt-get cannot install slurm-wlm and munge here."
fi

work=$(mktemp -d /tmp/thymus-slurm-XXXXXX)
chmod 755 "$work"
pids=()
finish() {
  code=$?
  # Whatever fails from here on, also a reader of our words that went away, the daemons are ended.
  set +e
  trap - EXIT
  trap '' INT TERM HUP PIPE
  # The daemons that were started here, by their numbers, and no others.
  for name in n2 n1 slurmctld munged; do
    pid=$(cat "$work/$name.pid" 2>/dev/null) && kill "$pid" 2>/dev/null && pids+=("$pid")
  done
  for pid in "${pids[@]}"; do
    for _ in {1..50}; do
      kill -0 "$pid" 2>/dev/null || continue 2
      sleep 0.1
    done
    kill -9 "$pid" 2>/dev/null
  done
  if [ "$code" != 0 ]; then
    tail -n 5 "$work"/log/* "$work"/run/*.log 2>/dev/null
    echo "Slurm test FAILED (exit $code)."
  fi
  rm -rf "$work"
  exit "$code"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 129' HUP
trap 'exit 141' PIPE
trap 'exit 143' TERM

# Free ports, so that another Slurm of this machine, or another run of this test, is left alone.
isFree() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
for _ in {1..50}; do
  port=$((20000 + RANDOM % 10000))
  isFree $port && isFree $((port + 1)) && isFree $((port + 2)) && break
done
host=$(hostname -s)
mkdir -p "$work"/{log,state,spool.n1,spool.n2,run}
mkdir -m 700 "$work/key"
head -c 1024 /dev/urandom >"$work/key/munge.key"
chmod 400 "$work/key/munge.key"
cat >"$work/slurm.conf" <<CONF
ClusterName=thymustest
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$work/munge.socket
CryptoType=crypto/munge
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool.%n
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/%n.pid
SlurmctldLogFile=$work/log/slurmctld
SlurmdLogFile=$work/log/%n
CommunicationParameters=NoInAddrAny
SlurmctldPort=$port
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=0,bf_interval=1,bf_yield_interval=100000
MailProg=/bin/true
MpiDefault=none
ReturnToService=2
NodeName=n[1-2] NodeHostname=$host NodeAddr=127.0.0.1 Port=[$((port + 1))-$((port + 2))] CPUs=1 RealMemory=500 State=UNKNOWN
PartitionName=main Nodes=n[1-2] Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF=$work/slurm.conf
munged --key-file="$work/key/munge.key" --socket="$work/munge.socket" --pid-file="$work/munged.pid" \
  --seed-file="$work/key/munge.seed" --log-file="$work/log/munged" 2>"$work/log/munged.err"
slurmctld
slurmd -N n1
slurmd -N n2
for _ in {1..100}; do
  [ "$(sinfo -h -o %T 2>/dev/null | sort -u)" = idle ] && break
  sleep 0.2
done
[ "$(sinfo -h -o %T | sort -u)" = idle ] || { sinfo -Nl; exit 1; }
echo "Slurm $(sinfo -V | cut -d' ' -f2) with nodes n1 and n2 on port $port."

# A plant with 31 to 37 instruments, simulated with a seed that follows from the item.
cd "$work/run"
printf '%s\n' '# instruments' 31 32 33 34 35 36 37 >list.txt
export THYMUS=$thymus
words=(plan simulate "$root/data/facilities/fac1.yaml" --set 'instruments.prodigy={}'
  --replications 4 --years 1 --next-unit 0 --threads 1 --seed '{seed}')
collect() { "$thymus" batch collect --list list.txt --out "$1" --into "$1.jsonl" >"$1.said"; }
same() {
  cmp one.jsonl "$1.jsonl"
  echo "$2: the same $(wc -c <"$1.jsonl") bytes, $SECONDS s."
}

SECONDS=0
"$thymus" batch run --list list.txt --out one -- "${words[@]}" >one.said
collect one
echo "1 process: $(wc -l <one.jsonl) items, $SECONDS s."
[ "$(wc -l <one.jsonl)" = 7 ]

SECONDS=0
"$thymus" batch run --list list.txt --slice 1/2 --out two -- "${words[@]}" >two.1 &
"$thymus" batch run --list list.txt --slice 2/2 --out two -- "${words[@]}" >two.2
wait $!
collect two
same two "2 processes"

# Waits until no job is left; a job that failed stays in the list with its state for a while.
drain() {
  for _ in {1..600}; do
    [ -z "$(squeue -h -t PENDING,RUNNING,COMPLETING,CONFIGURING)" ] && return
    sleep 0.2
  done
  squeue
  return 1
}

# Two of three slices: the collection is refused and writes nothing. Then the third alone.
SECONDS=0
sbatch --parsable --array=1-2 "$root/data/workflows/slices.sbatch" 3 list.txt array "${words[@]}" >jobs
drain
if collect array; then echo "a collection with gaps was taken"; exit 1; fi
grep -q "^Nothing was written: 2 of 7" array.said
[ ! -e array.jsonl ]
job=$(sbatch --parsable --array=3 "$root/data/workflows/slices.sbatch" 3 list.txt array "${words[@]}")
sbatch --parsable --dependency="afterok:$job" --kill-on-invalid-dep=yes --output=collect.log \
  --wrap "'$thymus' batch collect --list list.txt --out array --into array.jsonl" >>jobs
drain
same array "Slurm array of 3, a gap refused on the way"
nodes=$(for job in $(cat jobs); do scontrol show job "$job" | grep -o ' BatchHost=n[12]'; done | sort -u | wc -l)
echo "Nodes that ran tasks: $nodes."
[ "$nodes" = 2 ]

snakemake=${SNAKEMAKE:-$(command -v snakemake || true)}
if [ -z "$snakemake" ]; then
  echo "Snakemake SKIPPED: it is not installed (pip install snakemake snakemake-executor-plugin-slurm)."
  exit 0
fi
# Snakemake takes all SLURM_ variables away before it calls srun, also the one that names our Slurm.
mkdir "$work/bin"
printf '#!/bin/sh\nSLURM_CONF=%s exec %s "$@"\n' "$SLURM_CONF" "$(command -v srun)" >"$work/bin/srun"
chmod +x "$work/bin/srun"
export PATH=$work/bin:$(dirname "$snakemake"):$PATH
snake() {
  into=$1
  shift
  "$snakemake" -s "$root/data/workflows/Snakefile" "$@" --quiet all --config list=list.txt slices=3 \
    results="$into" into="$into.jsonl" thymus="$thymus" command="${words[*]}" >"$into.log" 2>&1
}
SECONDS=0
snake local --cores 2
same local "Snakemake $("$snakemake" --version), 2 cores"
if ! "$snakemake" --help 2>/dev/null | grep -q -e --slurm-status-command; then
  echo "Snakemake on Slurm SKIPPED: its plugin is not installed (snakemake-executor-plugin-slurm)."
  exit 0
fi
SECONDS=0
snake slurm --executor slurm --jobs 4 --default-resources slurm_partition=main mem_mb=200 \
  --slurm-no-account --slurm-status-command squeue \
  --slurm-init-seconds-before-status-checks 1 --seconds-between-status-checks 2
same slurm "Snakemake on Slurm"
