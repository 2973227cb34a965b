"""Where a run's parts and its submission's processes live: on this machine, or in containers."""
