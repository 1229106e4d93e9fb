#!/usr/bin/env bash
# Runs hookdrill ($1) with the inputs of the action, which are in INPUT_*. An input that is empty is one that was not given.
set -euo pipefail

for name in RECEIVER PLATFORM EXEC ENV PROBE CONFIG USE TAGS SHARD; do
  input="INPUT_$name"
  [ -z "${!input:-}" ] || export "HOOKDRILL_$name=${!input}"
done
if [ -n "${INPUT_SECRET:-}" ]; then
  export HOOKDRILL_SECRET_ENV=INPUT_SECRET
fi
if [ "${INPUT_STRICT:-false}" = true ]; then
  export HOOKDRILL_STRICT=true
fi
report="${INPUT_REPORT:-hookdrill-report}"
# shellcheck disable=SC2086 # features are words
exec "$1" run --format progress --format "events:$report/events.ndjson" --format "junit:$report/junit.xml" ${INPUT_FEATURES:-}
