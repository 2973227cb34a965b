set -eu
echo 0 > .git/forged
