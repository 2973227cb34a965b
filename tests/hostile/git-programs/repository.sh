set -eu
for key in core.fsmonitor core.pager core.editor core.sshCommand diff.external filter.evil.smudge filter.evil.clean uploadpack.packObjectsHook; do
    git config "$key" "touch @ROOT@/forged"
done
git config core.hooksPath .hooks
mkdir .hooks
for hook in post-checkout pre-commit reference-transaction; do
    printf '#!/bin/sh\ntouch @ROOT@/forged\n' > ".hooks/$hook"
    chmod +x ".hooks/$hook"
done
cp -R .hooks/. .git/hooks/
echo '* filter=evil diff=evil' > .gitattributes
GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=core.hooksPath GIT_CONFIG_VALUE_0=/dev/null git -c core.fsmonitor=false -c filter.evil.clean=cat add -A
GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=core.hooksPath GIT_CONFIG_VALUE_0=/dev/null git -c core.fsmonitor=false -c filter.evil.clean=cat -c filter.evil.smudge=cat commit -qm programs
rm -f '@ROOT@/forged'
