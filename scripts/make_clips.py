"""Render the spoken calls: static/sounds/voice-LANGUAGE.mp3 and clips.json, for displays without a voice.

    apt-get install espeak-ng ffmpeg
    python scripts/make_clips.py

One file a language holds the letters, the numbers 0 to 99 and the words of a call, with a pause
between them; clips.json says where each begins and how long it is. So a display fetches one file,
works without a network afterwards, and puts a call together without gaps:

    ["ticket", "C", "0", "0", "3", "go_to", "desk", "4", "after"]

espeak-ng is licensed under the GPL; the speech that it makes is its user's own. Nothing of
espeak-ng is distributed with this product.
"""

from __future__ import annotations

import array
import json
import subprocess
import tempfile
import wave
from dataclasses import dataclass
from pathlib import Path

SOUNDS = Path(__file__).resolve().parent.parent / "src/nowserving/web/static/sounds"
RATE = 22_050
PAUSE_S = 0.12
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Voice:
    """How one language is spoken: the espeak-ng voice, its letters, and the words of a call."""

    name: str
    speed: int
    letters: tuple[str, ...]
    words: dict[str, str]


VOICES = {
    "en": Voice(
        "en-us+f3",
        145,
        tuple(f"{letter}." if letter != "A" else "ay" for letter in LETTERS),
        {
            "ticket": "Ticket",
            "go_to": "please go to",
            "desk": "desk",
            "counter": "counter",
            "room": "room",
            "window": "window",
            "after": "",
            "look": "please look at the screen",
        },
    ),
    "es": Voice(
        "es+f3",
        145,
        tuple(
            "a,be,ce,de,e,efe,ge,hache,i,jota,ka,ele,eme,ene,o,pe,cu,erre,ese,te,u,uve,uve doble,equis,"
            "i griega,zeta".split(",")
        ),
        {
            "ticket": "Turno",
            "go_to": "por favor, diríjase",
            "desk": "al puesto",
            "counter": "al mostrador",
            "room": "a la sala",
            "window": "a la ventanilla",
            "after": "",
            "look": "por favor, mire la pantalla",
        },
    ),
    "hi": Voice(
        "hi+f3",
        135,
        tuple("ए,बी,सी,डी,ई,एफ़,जी,एच,आई,जे,के,एल,एम,एन,ओ,पी,क्यू,आर,एस,टी,यू,वी,डब्ल्यू,एक्स,वाई,ज़ेड".split(",")),
        {
            "ticket": "टोकन",
            "go_to": "कृपया",
            "desk": "काउंटर",
            "counter": "काउंटर",
            "room": "कमरा नंबर",
            "window": "खिड़की नंबर",
            "after": "पर जाइए",
            "look": "कृपया स्क्रीन देखिए",
        },
    ),
    "ar": Voice(
        "ar+f3",
        165,
        tuple(
            "إيه,بي,سي,دي,إي,إف,جي,إتش,آي,جيه,كيه,إل,إم,إن,أو,بي,كيو,آر,إس,تي,يو,في,دبليو,إكس,واي,زد".split(
                ","
            )
        ),
        {
            "ticket": "التَّذْكِرَة",
            "go_to": "يُرْجَى التَّوَجُّهُ إِلَى",
            "desk": "المَكْتَب",
            "counter": "الكَاوُنْتَر",
            "room": "الغُرْفَة",
            "window": "الشُّبَّاك",
            "after": "",
            "look": "يُرْجَى النَّظَرُ إِلَى الشَّاشَة",
        },
    ),
}


def said(voice: Voice) -> dict[str, str]:
    """Return what each clip says; words that a language doesn't need are left out."""
    letters = dict(zip(LETTERS, voice.letters, strict=True))
    numbers = {str(number): str(number) for number in range(100)}
    return {name: text for name, text in (voice.words | letters | numbers).items() if text}


def spoken(voice: Voice, text: str) -> array.array[int]:
    """Return the samples of one text, without the silence around it, all equally loud."""
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        subprocess.run(
            ["espeak-ng", "-v", voice.name, "-s", str(voice.speed), "-w", file.name, "--", text], check=True
        )
        with wave.open(file.name) as sound:
            samples = array.array("h", sound.readframes(sound.getnframes()))
    loud = [at for at, sample in enumerate(samples) if abs(sample) > 350]
    cut = samples[max(0, loud[0] - 300) : loud[-1] + 900]
    peak = max(abs(sample) for sample in cut)
    return array.array("h", (round(sample * 23_000 / peak) for sample in cut))


def render(language: str, voice: Voice) -> dict[str, list[float]]:
    """Write a language's file, and return where its clips are: {name: [starts at s, lasts s]}."""
    pause = array.array("h", bytes(2 * round(PAUSE_S * RATE)))
    samples = array.array("h", pause)
    places: dict[str, list[float]] = {}
    for name, text in said(voice).items():
        clip = spoken(voice, text)
        places[name] = [round(len(samples) / RATE, 3), round(len(clip) / RATE, 3)]
        samples += clip + pause
    encode(samples, SOUNDS / f"voice-{language}.mp3")
    return places


def encode(samples: array.array[int], path: Path) -> None:
    """Write MP3, which every browser decodes (Ogg fails in older Safari)."""
    command = ["ffmpeg", "-loglevel", "error", "-y", "-f", "s16le", "-ar", str(RATE), "-ac", "1", "-i", "-"]
    command += ["-af", "highpass=f=120,lowpass=f=8000", "-codec:a", "libmp3lame", "-b:a", "32k"]
    command += ["-fflags", "+bitexact", "-map_metadata", "-1", str(path)]
    subprocess.run(command, input=samples.tobytes(), check=True)


def main() -> None:
    """Render every language."""
    manifest = {}
    for language, voice in VOICES.items():
        clips = render(language, voice)
        manifest[language] = {"file": f"voice-{language}.mp3", "clips": clips}
        print(language, len(clips), "clips", (SOUNDS / f"voice-{language}.mp3").stat().st_size, "bytes")
    text = json.dumps(manifest, separators=(",", ":"))
    (SOUNDS / "clips.json").write_text(text.replace('},"', '},\n"') + "\n")


if __name__ == "__main__":
    main()
