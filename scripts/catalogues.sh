#!/bin/sh
# Collect every text of code and pages into contest/locale; new ones come in empty and the guard test names them.
# Babel would pass over templates/_layout and templates/_parts: folders with an underscore are ignored unless told.
set -eu
cd "$(dirname "$0")/.."
pot=$(mktemp)
.venv/bin/pybabel --quiet extract -F babel.cfg --ignore-dirs '.*' -k N_ -k _l -k lazy_gettext -o "$pot" --no-location --sort-output --no-wrap \
  --project contest --version 1 --msgid-bugs-address "" --copyright-holder "" contest templates
for language in zh_Hans en; do
  catalogue=contest/locale/$language/LC_MESSAGES/messages.po
  mkdir -p "$(dirname "$catalogue")"
  if [ -e "$catalogue" ]; then
    .venv/bin/pybabel --quiet update -i "$pot" -o "$catalogue" -l "$language" --no-fuzzy-matching --no-wrap --ignore-obsolete
  else
    .venv/bin/pybabel --quiet init -i "$pot" -o "$catalogue" -l "$language" --no-wrap
  fi
  # Babel fills in a form's blanks that we have no use for, and dates that would differ at every run.
  sed -i '/^"\(Report-Msgid-Bugs-To\|POT-Creation-Date\|PO-Revision-Date\|Last-Translator\|Language-Team\|Generated-By\):/d' "$catalogue"
done
rm -f "$pot"
