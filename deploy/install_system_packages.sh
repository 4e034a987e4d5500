#!/bin/sh
# Installs the Debian packages listed in a file, if any is missing and this user may.
set -eu

missing=
if command -v dpkg-query >/dev/null; then
    while read -r package; do
        state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
        [ "$state" = installed ] || missing="$missing $package"
    done < "$1"
fi
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
    sudo=
elif sudo -n true 2>/dev/null; then
    sudo="sudo -n"
else
    echo "Please ask an administrator to install:$missing (PDF papers need them)" >&2
    exit 0
fi
echo "Installing:$missing"
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -qq
known=
for package in $missing; do
    if apt-cache show "$package" >/dev/null 2>&1; then
        known="$known $package"
    else
        echo "Not in this Debian: $package" >&2
    fi
done
missing=$known
[ -n "$missing" ] || exit 0
# Unquoted on purpose: a list of packages.
$sudo apt-get install -qq -y --no-install-recommends $missing >/dev/null
