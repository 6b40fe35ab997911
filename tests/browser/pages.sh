#!/usr/bin/env bash
# Writes pages and opens them in a browser: pages.sh PROGRAM FOLDER
# Needs node and npm for playwright-core, and a Chromium; says plainly what is missing and skips.
set -euo pipefail
cd "$(dirname "$0")/../.."
program=$1
folder=$2
mkdir -p "$folder"

browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
if [ -z "$browser" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get install -y -q chromium >/dev/null 2>&1 || true
  browser=$(command -v chromium || true)
fi
if [ -z "$browser" ]; then echo "skipped: no chromium is installed"; exit 0; fi
if ! command -v node >/dev/null; then echo "skipped: no node is installed"; exit 0; fi
playwright=${PLAYWRIGHT_CORE:-}
if [ -z "$playwright" ]; then
  if ! npm install --silent --no-audit --no-fund --prefix "$folder/npm" playwright-core >/dev/null 2>&1; then
    echo "skipped: playwright-core cannot be installed"
    exit 0
  fi
  playwright=$folder/npm/node_modules/playwright-core
fi

page() { "$program" "${@:2}" --quiet --format html --output "$folder/$1.html"; }
page run run scenarios/japan-deal.toml
page measures run scenarios/japan-deal.toml --by measure
page rate rate passenger-cars --from JP --on 2025-10-01 --value 100000 --explain
page explain explain scenarios/japan-deal.toml --flow cars
page timeline timeline scenarios/japan-timeline.toml
page sweep sweep scenarios/us-content.toml
page grid sweep scenarios/steel-content-and-rate.toml
page solve solve scenarios/us-content.toml
page origins origins scenarios/cars-by-origin.toml
page panel panel scenarios/entry-lines.toml --on monthly --by group
page programs panel scenarios/entry-lines.toml --on monthly --by program
page diff diff scenarios/diff-japan-spring-2026.toml
page refund refund scenarios/refund-ieepa.toml
page next next scenarios/next-july-2025.toml
page law law us-232-autos
page hostile run tests/browser/hostile.toml
node tests/browser/pages.mjs "$playwright" "$browser" "$folder/screenshots" "$folder"/*.html
