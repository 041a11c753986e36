"""Pictures for the statement: turned upright, made small, without what the camera wrote into them. Pillow only here."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

_MOST_PIXELS = 80_000_000
"""More is a bomb or a poster; nothing of it is unpacked."""
_LONGEST = 1400
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF")


def small_upright(data: bytes) -> bytes | None:
    """A JPEG of at most 1400 pixels a side, without metadata; null for what is no picture or too large to unpack."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
                if picture.width * picture.height > _MOST_PIXELS or min(picture.size) < 1:
                    return None
                picture.draft("RGB", (_LONGEST, _LONGEST))
                upright = ImageOps.exif_transpose(picture)
                upright.thumbnail((_LONGEST, _LONGEST))
                flat = _on_white(upright)
        made = io.BytesIO()
        flat.save(made, "JPEG", quality=82)
        return made.getvalue()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, MemoryError, Warning):
        return None


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        seen = picture.convert("RGBA")
        ground = Image.new("RGBA", seen.size, "white")
        return Image.alpha_composite(ground, seen).convert("RGB")
    return picture.convert("RGB")
