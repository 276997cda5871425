"""Files, pages, feeds and archives to documents."""
