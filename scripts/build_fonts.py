"""Cut the fonts of the report down to what it needs: tracker/reports/fonts.

    python scripts/build_fonts.py /usr/share/fonts/truetype/noto

Takes the Noto fonts of Debian's package fonts-noto-core (20201225-1): the letters of Latin, Cyrillic and
Arabic scripts, punctuation, and a few signs. Noto is under the SIL Open Font License 1.1, which lets parts of
it be handed on under the same licence (tracker/reports/fonts/OFL.txt).
"""

import argparse
from pathlib import Path

from fontTools.subset import Options, Subsetter, load_font, save_font

FONTS = Path(__file__).parents[1] / "tracker" / "reports" / "fonts"

LATIN_AND_CYRILLIC = [
    *range(0x0020, 0x007F), *range(0x00A0, 0x0250), 0x0259, *range(0x02B0, 0x0370), *range(0x0400, 0x0530),
    *range(0x1E00, 0x1F00), *range(0x2000, 0x2070), *range(0x20A0, 0x20C0), *range(0x2100, 0x2150), 0x2212,
    0xFFFD,
]  # fmt: skip
SIGNS = [0x2190, 0x2191, 0x2192, 0x2193, 0x2194, 0x2248, 0x2260, 0x2264, 0x2265]
MARKS = [0x25A0, 0x25B2, 0x25BC, 0x25C6, 0x25CF, 0x2713, 0x2717]

PARTS = {
    "NotoSans-Regular": LATIN_AND_CYRILLIC,
    "NotoSans-Bold": LATIN_AND_CYRILLIC,
    "NotoNaskhArabic-Regular": None,
    "NotoNaskhArabic-Bold": None,
    "NotoSansMath-Regular": SIGNS,
    "NotoSansSymbols2-Regular": MARKS,
}
"""Which code points of which font; None for all of them."""


def main() -> None:
    """Write the parts of the fonts in a folder."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("folder", type=Path, help="where the Noto fonts lie")
    folder = arguments.parse_args().folder
    FONTS.mkdir(exist_ok=True)
    for name, wanted in PARTS.items():
        path = FONTS / f"{name}.woff2"
        cut(folder / f"{name}.ttf", path, wanted)
        print(f"{path.relative_to(FONTS.parents[2])}: {path.stat().st_size} bytes")


def cut(whole: Path, part: Path, wanted: list[int] | None) -> None:
    """Write the part of a font that holds the code points wanted."""
    options = Options(hinting=False, flavor="woff2", layout_features=["*"], name_IDs=["*"])
    font = load_font(whole, options)
    font.recalcTimestamp = False
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=font.getBestCmap() if wanted is None else wanted)
    subsetter.subset(font)
    save_font(font, part, options)


if __name__ == "__main__":
    main()
