#!/usr/bin/env bash
# Runs the commands of every story and writes the story with what they printed.
# A template NAME.in.md holds prose; a line that begins with four spaces, $ and a space is a command,
# run in a copy of files/. Its output follows it in NAME.md, and the exit code where it is not 0.
set -euo pipefail
cd "$(dirname "$0")"
THYMUS=${THYMUS:-../../.build/release/thymus}
THYMUS=$(realpath "$THYMUS")
data=$(realpath ../../data)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/bin"
ln -s "$THYMUS" "$scratch/bin/thymus"
export PATH="$scratch/bin:$PATH" THYMUS_DATA=data LC_ALL=C TZ=UTC SWIFT_BACKTRACE=enable=no

for template in *.in.md; do
  work="$scratch/${template%.in.md}"
  cp -R files "$work"
  ln -s "$data" "$work/data"
  story="${template%.in.md}.md"
  : > "$story.new"
  while IFS= read -r line || [ -n "$line" ]; do
    printf '%s\n' "$line" >> "$story.new"
    case $line in
      '    $ '*)
        code=0
        (cd "$work" && bash -o pipefail -c "${line#    \$ }") > "$scratch/out" 2>&1 < /dev/null || code=$?
        # 141: a pager such as head had seen enough. diff ends with 1 when there is a difference.
        sed 's/^/    /; s/ *$//' "$scratch/out" >> "$story.new"
        case $line in '    $ diff '*) code=0 ;; esac
        if [ "$code" != 0 ] && [ "$code" != 141 ]; then printf '    [exit %s]\n' "$code" >> "$story.new"; fi
        ;;
    esac
  done < "$template"
  mv "$story.new" "$story"
  echo "$story"
done
