#!/bin/sh
# Make the environment in .venv from the pinned lock files. Usage: scripts/setup.sh run|test
# Does nothing when it is up to date, so that the second start is quick and works offline.
set -eu
cd "$(dirname "$0")/.."
kind=${1:-run}

say() { printf '%s\n' "$*" >&2; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null 2>&1; then sudo -n "$@"; else return 1; fi
}

apt_install() {
  command -v apt-get >/dev/null 2>&1 || return 1
  [ -n "${apt_updated:-}" ] || { as_root apt-get -qq update >/dev/null || return 1; apt_updated=yes; }
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@" >/dev/null
}

find_python() {
  for name in python3.13 python3.12 python3.11 python3; do
    if command -v "$name" >/dev/null 2>&1 &&
      "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      printf '%s' "$name"
      return
    fi
  done
  say "Python 3.11 or newer is needed and was not found. / 需要 Python 3.11 或更新版本，但没有找到。"
  exit 1
}

if [ ! -x .venv/bin/python ]; then
  python=$(find_python)
  say "Making the environment in .venv with $($python --version) …"
  rm -rf .venv # what is left of one whose Python is gone
  trap 'rm -rf .venv; exit 130' INT TERM
  # Debian splits venv from Python; where it is missing, uv can do without or apt brings it.
  if ! "$python" -m venv .venv >/dev/null 2>&1; then
    rm -rf .venv
    if command -v uv >/dev/null 2>&1; then
      uv venv --quiet --python "$python" .venv
    elif say "Installing the system's package python3-venv …" && apt_install python3-venv; then
      "$python" -m venv .venv
    else
      say "Please install your system's package python3-venv, then run this again. / 请先安装系统软件包 python3-venv，然后重试。"
      exit 1
    fi
  fi
  trap - INT TERM
fi

lock=requirements/runtime.lock
[ "$kind" = test ] && lock=requirements/test.lock
wanted="$(cat requirements/*.lock | cksum) $(pwd)" # the command below holds the path
if [ "$(cat ".venv/.installed-$kind" 2>/dev/null || true)" != "$wanted" ]; then
  say "Installing the pinned packages of $lock …"
  if command -v uv >/dev/null 2>&1; then
    set -- uv pip install --quiet --python .venv/bin/python
  else
    set -- .venv/bin/python -m pip install --quiet --disable-pip-version-check
  fi
  # The lock is whole. Resolving it again would fail on the day a newer release appears: pip takes an extra that a
  # package asks for ("coverage[toml]") for a requirement without a pin.
  if ! "$@" --no-deps --require-hashes -r "$lock"; then
    say "The packages were not installed, for the reason above. Is there a network? Then run this again. / 软件包未能安装，原因见上。请检查网络后重试。"
    exit 1
  fi
  # The project itself needs no building: its folder on the path, and the command.
  site=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
  pwd > "$site/contest-here.pth"
  printf '#!%s/.venv/bin/python\nfrom contest.cli import main\n\nif __name__ == "__main__":\n    main()\n' "$(pwd)" > .venv/bin/contest
  chmod +x .venv/bin/contest
  printf '%s' "$wanted" > ".venv/.installed-$kind"
fi

# The texts of both languages, compiled when a catalogue is newer than its compiled form.
for catalogue in contest/locale/*/LC_MESSAGES/messages.po; do
  compiled=${catalogue%.po}.mo
  if [ ! -e "$compiled" ] || [ "$catalogue" -nt "$compiled" ]; then
    .venv/bin/pybabel --quiet compile --input-file "$catalogue" --output-file "$compiled"
    [ -e "$compiled" ] || { say "$catalogue was not compiled; is its head marked as fuzzy?"; exit 1; }
  fi
done

# Third-party scripts of the pages, pinned by package-lock.json.
.venv/bin/python scripts/vendor.py

if [ "$kind" = test ]; then
  # What tests drive or compare with. What cannot be installed is named here, and its tests say that they skip.
  missing() {
    command -v chromium >/dev/null 2>&1 || printf ' chromium'
    [ -n "$(ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null)" ] || command -v initdb >/dev/null 2>&1 || printf ' postgresql'
    command -v pdftoppm >/dev/null 2>&1 || printf ' poppler-utils'
    command -v qpdf >/dev/null 2>&1 || printf ' qpdf'
    command -v exiftool >/dev/null 2>&1 || printf ' libimage-exiftool-perl'
    fc-list 2>/dev/null | grep -q CJK || printf ' fonts-noto-cjk'
    # The Node of Playwright's wheel links to it; Debian installs it with a compiler only.
    PATH="$PATH:/sbin" ldconfig -p 2>/dev/null | grep -q 'libatomic\.so\.1' || printf ' libatomic1'
  }
  wanted=$(missing)
  if [ -n "$wanted" ]; then
    say "Installing what the tests need:$wanted …"
    # shellcheck disable=SC2086 # a list of package names
    apt_install $wanted || for name in $wanted; do apt_install "$name" || true; done
    wanted=$(missing)
    [ -z "$wanted" ] || say "Not installed:$wanted. The tests that need them are reported as skipped. / 未安装：${wanted# }。需要它们的测试将报告为跳过。"
  fi
fi
