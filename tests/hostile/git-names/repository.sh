set -eu
blob=$(git hash-object -w --stdin < app/main.py)
tree=$({ git ls-tree HEAD; printf '040000 tree %s\t..\n' "$(printf '100644 blob %s\tforged\n' "$blob" | git mktree)"; } | git mktree)
git update-ref HEAD "$(git commit-tree -m names "$tree")"
