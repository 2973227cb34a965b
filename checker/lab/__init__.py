"""The lab: a service under a steady load, with figures to watch and addresses to attach tools to."""
