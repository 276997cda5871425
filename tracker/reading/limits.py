"""How much of anything is read: the one place where these figures stand."""

MEGABYTE = 1_000_000

LARGEST_TEXT = 20 * MEGABYTE
"""Bytes of one document, one line or one row; feeds and single files count as one."""

LARGEST_PAGE = 5 * MEGABYTE
"""Bytes of one page of HTML. Larger ones are not articles, and cost minutes to take apart."""

LARGEST_ARCHIVE = 8_000 * MEGABYTE
"""Bytes of one archive once it is decompressed."""

LARGEST_EXPANSION = 100
"""How many bytes a compressed byte may turn into. Pages of HTML reach about 20, bombs about 1,000."""

EXPANSION_IS_JUDGED_FROM = 10 * MEGABYTE
"""Decompressed bytes from which on the expansion counts: short runs of one byte are harmless."""

PAGE_SECONDS = 10.0
"""Seconds that the extraction of one page may take, of the processor and on the clock alike."""

FEED_SECONDS = 60.0
"""The same for a whole feed, which holds many entries."""

WORKER_START_SECONDS = 60.0
"""Seconds until a worker process must have loaded its libraries."""

WORKER_MEMORY = 512 * MEGABYTE
"""Bytes of address space of a worker process."""
