"""Render static/sounds/chime.wav: two soft bell tones, a falling third, under a second and a half.

Standard library only, so that anyone can change the tones and run it again.
"""

from __future__ import annotations

import math
import struct
import wave
from pathlib import Path

SOUNDS = Path(__file__).resolve().parent.parent / "src/nowserving/web/static/sounds"
RATE = 32_000
LOUDNESS = 0.42

# (starts at s, frequency Hz, lasts s). E5 then C5: the interval every door bell has taught us.
CHIME = ((0.0, 659.26, 1.0), (0.34, 523.25, 1.1))
# For an agent whose empty line gets its first guest: one short, higher and softer tone.
KNOCK = ((0.0, 783.99, 0.5),)

# A bell is a few partials, the higher the sooner gone.
PARTIALS = ((1.0, 1.0, 3.4), (2.0, 0.32, 5.5), (3.01, 0.12, 8.0), (4.17, 0.05, 12.0))


def tone(at: float, frequency: float, lasts: float) -> float:
    """Return one bell tone's amplitude `at` seconds after it is struck."""
    if not 0 <= at < lasts:
        return 0.0
    # 8 ms to rise and 60 ms to end, so that no loudspeaker clicks.
    edge = min(1.0, at / 0.008, (lasts - at) / 0.06)
    partials = (
        share * math.exp(-fade * at) * math.sin(2 * math.pi * frequency * ratio * at)
        for ratio, share, fade in PARTIALS
    )
    return edge * sum(partials)


def rendered(tones: tuple[tuple[float, float, float], ...]) -> bytes:
    """Return 16-bit samples of the tones together."""
    length = max(start + lasts for start, _, lasts in tones)
    samples = (
        sum(tone(number / RATE - start, frequency, lasts) for start, frequency, lasts in tones)
        for number in range(round(length * RATE))
    )
    return b"".join(struct.pack("<h", round(32_767 * LOUDNESS * max(-1, min(1, s / 1.6)))) for s in samples)


def write(name: str, tones: tuple[tuple[float, float, float], ...]) -> None:
    """Write a mono WAV file, which every browser plays."""
    with wave.open(str(SOUNDS / name), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(rendered(tones))


if __name__ == "__main__":
    write("chime.wav", CHIME)
    write("knock.wav", KNOCK)
