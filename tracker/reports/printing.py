"""Turns HTML into PDF, in a process of its own: `python -P printing.py < order > file.pdf`.

It takes seconds of pure reckoning, in which no thread beside it would get on, and much memory, which a server
would not give back. So this file is run by itself, and imports nothing of the tracker.

The order is JSON: `html`, `style` (what stands in the margins, as CSS), `fonts` (the folder that its
fonts lie in) and `identifier`.
Exit codes: 0 the PDF is on standard output; 3 a library is missing; 1 anything else. A reason is on standard
error.
"""

import json
import logging
import sys
from pathlib import Path
from typing import Any

LIBRARY_MISSING = 3


def main() -> int:
    """Carry the order on standard input out; the exit code."""
    order = json.load(sys.stdin.buffer)
    try:
        pdf = _print(order)
    except (ImportError, OSError) as error:
        # The libraries are loaded by hand, and those that are missing turn up as OSError.
        print(error, file=sys.stderr)  # noqa: T201 (a process of its own, whose words are read by ours)
        return LIBRARY_MISSING
    sys.stdout.buffer.write(pdf)
    return 0


def _print(order: dict[str, str]) -> bytes:
    from weasyprint import CSS, HTML  # noqa: PLC0415 (whether it is there is found out here)
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415

    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    folder = Path(order["fonts"]).resolve()

    class OnlyFonts(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
        """Lets nothing in but the files of the folder of fonts."""

        def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:  # noqa: ANN401
            name = url.rpartition("/")[2]
            if url != (folder / name).as_uri():
                raise ValueError(f"{url}: a report takes nothing from elsewhere")
            return super().fetch(url, headers)

    fonts, fetcher = FontConfiguration(), OnlyFonts()
    base = folder.as_uri() + "/"
    style = CSS(string=order["style"], base_url=base, font_config=fonts, url_fetcher=fetcher)
    page = HTML(string=order["html"], base_url=base, url_fetcher=fetcher)
    printed: bytes = page.write_pdf(
        stylesheets=[style],
        font_config=fonts,
        pdf_identifier=order["identifier"].encode(),
        pdf_variant="pdf/ua-1",
    )
    return printed


if __name__ == "__main__":
    sys.exit(main())
