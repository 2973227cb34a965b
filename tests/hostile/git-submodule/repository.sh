set -eu
commit=$(git rev-parse HEAD)
git update-index --add --cacheinfo "160000,$commit,evil"
printf '[submodule "evil"]\n\tpath = evil\n\turl = ext::sh -c touch%% @ROOT@/forged\n\tupdate = !touch @ROOT@/forged\n' > .gitmodules
git add .gitmodules
git commit -qm submodule
