"""What suites are made of: the service as seen from outside, and the words for what was expected and seen."""
