"""What a language needs, as data: folding, sentences, numbers, dates, reporting words."""
