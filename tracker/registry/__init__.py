"""Parties, speakers and places, as data."""
