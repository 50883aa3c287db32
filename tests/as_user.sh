#!/bin/sh
# tests/as_user.sh TEST RUNNER: runs a test of the sandbox as a user who is nobody on this host, with
# copies of what it needs, since such a user may not enter the folder of the build.
set -eu
test=$1 runner=$2
if [ "$(id -u)" -ne 0 ]; then
  exec "$test"
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
mkdir -p "$folder/tests/attacks"
cp "$test" "$folder/test"
cp "$runner" "$folder/assay-runner"
cp -R tests/attacks/programs tests/attacks/archives "$folder/tests/attacks/"
chmod -R a+rX "$folder"
cd "$folder"
ASSAY_TEST_RUNNER="$folder/assay-runner" \
  setpriv --reuid=nobody --regid=nogroup --clear-groups --no-new-privs ./test
