# What the scripts share. Sourced, never run.

# What candidates may import.
candidate_packages=(python3 python3-requests python3-httpx python3-tenacity python3-aiohttp tzdata)

say() { printf '\n== %s\n' "$*"; }

fail() {
  printf '\n%s: %s\n' "$(basename "$0")" "$1" >&2
  shift
  for line in "$@"; do printf '  %s\n' "$line" >&2; done
  exit 3
}

# Configures where there is no build yet, and builds the targets named. Ninja skips what is done.
build() {
  local preset=$1
  shift
  if [ ! -f "build/$preset/build.ninja" ]; then
    say "Configuring build/$preset"
    cmake --preset "$preset" -Wno-dev
  fi
  say "Building build/$preset"
  # One compiler of ours can want 1 GiB: fewer at once where memory is short.
  local jobs by_memory
  jobs=$(nproc)
  by_memory=$(awk '/MemAvailable/ {print int($2 / 1048576)}' /proc/meminfo)
  [ "$by_memory" -ge 1 ] || by_memory=1
  [ "$jobs" -le "$by_memory" ] || jobs=$by_memory
  cmake --build "build/$preset" --parallel "$jobs" ${1:+--target "$@"}
}
