"""How much of anything is read: the one place where these figures stand."""

MEGABYTE = 1_000_000

LARGEST_TEXT = 20 * MEGABYTE
"""Bytes of one file of text or one feed."""

LARGEST_RECORD = 5 * MEGABYTE
"""Bytes of one line of JSON, characters of one row of a table: taken apart they take up to 50 times that."""

MOST_ERRORS_IN_A_ROW = 10_000
"""Records of one file that may fail one after the other: it is no such file, and may hold millions."""

MOST_ENTRIES = 10_000
"""Entries of one feed: the longest feeds have some hundreds, a page of nothing but tags has a million."""

LARGEST_PAGE = 5 * MEGABYTE
"""Bytes of one page of HTML. Larger ones are not articles, and cost minutes to take apart."""

LARGEST_ARCHIVE = 8_000 * MEGABYTE
"""Bytes of one archive once it is decompressed."""

LARGEST_EXPANSION = 100
"""How many bytes a compressed byte may turn into. Pages of HTML reach about 20, bombs about 1,000."""

EXPANSION_IS_JUDGED_FROM = 10 * MEGABYTE
"""Decompressed bytes from which on the expansion counts: short runs of one byte are harmless."""

PAGE_SECONDS = 8.0
"""Seconds that the extraction of one page may take, of the processor and on the clock alike.

With a new worker process and all that is done with the page besides it stays below ten.
"""

FEED_SECONDS = 8.0
"""The same for a whole feed: about 8 MB of entries."""

WORKER_START_SECONDS = 60.0
"""Seconds until a worker process must have loaded its libraries."""

WORKER_MEMORY = 512 * MEGABYTE
"""Bytes of address space of a worker process."""

FETCH_SECONDS = 30.0
"""Seconds on the clock in which an address must be fetched, redirects and all."""

MOST_REDIRECTS = 3
"""How often an address may lead on to another."""
