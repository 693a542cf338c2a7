# SPDX-License-Identifier: MIT
# What tools/run and tools/test share: installing what is missing, configuring, compiling. Sourced by them with $root set.
# Everything it says goes to standard error, so that the output of a script stays the script's.

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
fail() { say "$@"; exit 1; }

# have_* answer without asking the package system, so a machine that has the tools from elsewhere is left alone.
have_command() { command -v "$1" >/dev/null 2>&1; }
have_file() { [ -e "$1" ]; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif have_command sudo; then sudo "$@"
  else return 1; fi
}

apt_updated=
# install PACKAGE...: from the distribution. Returns non-zero when that cannot be done.
install() {
  have_command apt-get || { say "no apt-get here; please install: $*"; return 1; }
  if [ "$(id -u)" != 0 ] && ! have_command sudo; then
    say "neither root nor sudo; please run: apt-get install $*"; return 1
  fi
  local log; log=$(mktemp)
  if [ -z "$apt_updated" ]; then
    say "reading the package lists"
    as_root apt-get -q -o DPkg::Lock::Timeout=120 update >"$log" 2>&1 || say "apt-get update failed; trying with the lists at hand"
    apt_updated=yes
  fi
  say "installing $*"
  if ! as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=120 install --no-install-recommends "$@" >"$log" 2>&1 </dev/null; then
    tail -n 5 "$log" >&2; rm -f "$log"; return 1
  fi
  rm -f "$log"
}

# want KIND NAME PACKAGE: adds PACKAGE to `missing` unless NAME is there.
missing=()
want() { "have_$1" "$2" || missing+=("$3"); }
install_missing() {
  [ ${#missing[@]} = 0 ] || install "${missing[@]}" || fail "cannot go on without: ${missing[*]}"
  missing=()
  hash -r
}

# What every build needs.
prepare_build() {
  want command meson meson
  want command ninja ninja-build
  want command ccache ccache
  want command pkg-config pkg-config
  want file /usr/include/lua5.4/lua.h liblua5.4-dev
  install_missing
  have_file /usr/include/histedit.h || install libedit-dev || say "without libedit-dev the REPL edits no lines"
  choose_compiler
}

# CC and CXX of the environment are respected; else clang 19, else what the distribution calls g++.
choose_compiler() {
  if [ -z "${CXX:-}" ]; then
    have_command clang++-19 || install clang-19 || say "clang 19 is not to be had; using g++"
    if have_command clang++-19; then CXX=clang++-19 CC=clang-19; use_lld
    else
      have_command g++ || install g++ || fail "no C++ compiler"
      CXX=g++ CC=gcc
    fi
  fi
  : "${CC:=cc}"
  if have_command ccache; then
    case "$CXX" in *ccache*) ;; *) CXX="ccache $CXX" ;; esac
    case "$CC" in *ccache*) ;; *) CC="ccache $CC" ;; esac
  fi
  export CC CXX
}
use_lld() { if have_command ld.lld-19; then export CC_LD=lld-19 CXX_LD=lld-19; fi; }

# configure FOLDER OPTION...: once; later calls cost nothing unless the options have changed.
configure() {
  local folder=$1; shift
  [ -e "$folder/build.ninja" ] && [ "$(cat "$folder/.options" 2>/dev/null)" = "$*" ] && return
  say "configuring ${folder#"$root"/} with ${CXX#ccache }"
  mkdir -p "$folder"
  local log="$folder/configure.log" again=()
  [ -e "$folder/build.ninja" ] && again=(--reconfigure)
  if ! meson setup "${again[@]}" "$folder" "$root" "$@" >"$log" 2>&1; then
    grep -E 'ERROR|error' "$log" >&2; fail "configuration failed; see $log"
  fi
  printf '%s' "$*" >"$folder/.options"
}

# compile FOLDER TARGET...: quiet unless something goes wrong or the terminal wants to see progress.
compile() {
  local folder=$1; shift
  say "compiling ${folder#"$root"/}"
  if [ -t 2 ]; then ninja -C "$folder" -j "$(nproc)" "$@" >&2
  else ninja -C "$folder" -j "$(nproc)" --quiet "$@" >&2; fi || fail "compilation of ${folder#"$root"/} failed"
}

# up_to_date FOLDER STAMP: is nothing that the build reads newer than the stamp of the last build?
up_to_date() {
  [ -e "$1/$2" ] || return 1
  [ -z "$(find "$root"/meson.build "$root"/meson.options "$root"/gc "$root"/weak "$root"/runtime "$root"/stdlib "$root"/tools \
    -newer "$1/$2" -print -quit)" ]
}
