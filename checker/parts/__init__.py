"""The real parts that a submission is run on: each is started, observed and stopped from here."""
