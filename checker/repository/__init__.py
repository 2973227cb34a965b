"""Taking a submission from a commit: git's objects are read as data, and nothing is ever checked out.

What a repository brings along takes no part: its configuration, hooks, filters, attributes, replaced objects, grafts,
borrowed objects, submodules. Of a local repository git is never run on the repository itself, but on an empty one of
ours that finds the same objects; a remote one is fetched into an empty one of ours.
"""
