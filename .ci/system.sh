#!/usr/bin/env bash
# Installs what the tests need from the system (Debian, Ubuntu): idempotent, quiet where all is there.
set -euo pipefail
packages="chromium fonts-noto-core libpango-1.0-0 libpangoft2-1.0-0 poppler-utils libreoffice-calc"
missing=""
for package in $packages; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -z "$missing" ] && exit 0
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086
apt-get install -y -qq --no-install-recommends $missing >/dev/null
