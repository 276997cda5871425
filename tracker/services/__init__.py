"""Use cases: what a person or program asks the tracker to do.

Services call stages and receive their adapters (storage, embedding, index, reading) through the
protocols in `tracker.services.ports`; they import none of them.
"""
