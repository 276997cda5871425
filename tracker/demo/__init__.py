"""The constructed demonstration corpus."""
