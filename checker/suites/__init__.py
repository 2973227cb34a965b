"""Hidden suites: one folder a kata. A check proves one promise of the contract and relies on nothing else."""
