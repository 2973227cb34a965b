set -eu
ln -sf /etc/passwd requirements.txt
rm -r app
ln -s / app
git add -A
git commit -qm links
