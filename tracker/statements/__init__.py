"""Document to statements: which words put something forward, who says them, and about what."""
