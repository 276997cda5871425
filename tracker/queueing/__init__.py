"""Errands delivered to workers of many machines: Procrastinate, in the same PostgreSQL database."""

from tracker.queueing.deliveries import Deliveries
from tracker.queueing.schema import SCHEMA, creation

__all__ = ["SCHEMA", "Deliveries", "creation"]
