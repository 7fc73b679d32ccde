"""Strings that have broken other people's software, our own selection of them."""

from __future__ import annotations

# What other languages, formats and templates take for something else than text.
WORDS = """
undefined undef null NULL nil None NaN Infinity -Infinity true false True TRUE () [] {} \\ \\\\ 0 1 -1 1.00
$1.00 1/2 1E2 1E02 1E+02 -0 +0 0x0 0xffffffff 0xabad1dea 123456789012345678901234567890123456789
1,000.00 1.000,00 1'000.00 01000 08 09 2.2250738585072011e-308 .. ... ../../etc/passwd
..\\..\\windows\\win.ini /dev/null CON PRN AUX NUL COM1 LPT1 nul.txt .htaccess robots.txt
javascript:alert(1) data:text/html,<script>alert(1)</script> file:///etc/passwd ${7*7} #{7*7} {{7*7}} {%7*7%}
<%=7*7%> ${jndi:ldap://127.0.0.1/a} {0} {0.__class__} %s%s%n %d %p %x %(name)s %% $HOME $(id) `id` ;id |id
&&id ../ /../ //evil.example \\\\evil\\share =1+1 +1 -1 @SUM(1+1) =HYPERLINK("http://evil.example")
'; \"; ' OR 1=1-- ' OR '1'='1 1;DROP TABLE tickets Robert');DROP TABLE tickets;-- admin'-- 1 UNION SELECT 1
<script>alert(1)</script> <img/src=x/onerror=alert(1)> "><svg/onload=alert(1)> '><b> </title> </script>
<!-- --> <![CDATA[x]]> <?xml?> <!ENTITY> &lt; &amp; &#60; &nbsp; \\u0000 \\x00 %00 %0d%0a %u0041 \\r\\n
__proto__ constructor prototype toString hasOwnProperty self this id key name _ __ ___ event: data: retry: id:
:q! +++ATH0 ESC[2J Content-Type:text/html Set-Cookie:a=b null@null a@b x@[127.0.0.1] 127.0.0.1 ::1 0.0.0.0
SELECT FROM WHERE WITH VACUUM PRAGMA COPY EXPLAIN ROLLBACK; COMMIT;
""".split()

# Texts with blanks in them, and writing systems.
TEXTS = [
    "O'Brien-Ñandú Jr.",
    "Robert'); DROP TABLE tickets;--",
    "' OR 1=1 --",
    "Null Island",
    "If you're reading this, you've been in a coma",
    "data: x\\n\\nevent: bye",
    "event: snapshot",
    "id: 999999999999",
    "% of everything",
    "100% %(detail)s %s",
    "a" * 99,
    "Ω≈ç√∫˜µ≤≥÷",
    "åß∂ƒ©˙∆˚¬…æ",
    "œ∑´®†¥¨ˆøπ“‘",
    "¡™£¢∞§¶•ªº–≠",
    "ЁЂЃЄЅІЇЈЉЊЋЌЍЎЏ",
    "٠١٢٣٤٥٦٧٨٩",
    "⁰⁴⁵ ₀₁₂",
    "田中さんにあげて下さい",
    "パーティーへ行かないか",
    "和製漢語",
    "社會科學院語學研究所",
    "울란바토르",
    "𠜎𠜱𠝹𠱓𠱸𠲖𠳏",
    "표준국어대사전",
    "ทดสอบนะ",
    "नमस्ते दुनिया",
    "বাংলা ভাষা",
    "தமிழ் மொழி",
    "తెలుగు",
    "မြန်မာ",
    "ខ្មែរ",
    "אבגדה וזחטי",
    "مرحبا بالعالم",
    "ב12 A ג3",
    "سلام‌علیکم",
    "بسم الله الرحمن الرحيم",
    "﷽",
    "ﷺ",
    "ヽ༼ຈل͜ຈ༽ﾉ ヽ༼ຈل͜ຈ༽ﾉ",
    "(｡◕ ∀ ◕｡)",
    "｀ｨ(´∀｀∩",
    "😍 👩🏽 👨‍👩‍👧‍👦 🏳️‍🌈",
    "🇺🇸🇷🇺🇸 🇦🇫🇦🇲🇸",
    "👾 🙇 💁 🙅 🙆 🙋 🙎 🙍",
    "1️⃣ 2️⃣ 🔟",
    "Ｔｈｅ ｑｕｉｃｋ",
    "𝐓𝐡𝐞 𝐪𝐮𝐢𝐜𝐤",
    "İstanbul ıI",
    "Straße GROẞ",
    "ﬁ ﬃ ﬆ",
    "é é",
    "Å Å Å",
    "¯\\_(ツ)_/¯",
    "l\u200di\u200cg\u200bh\u200et",
    "\u202edesrever\u202c",
    "\u2066isolated",
    "a\u00adb\u2060c\ufeffd",
    "\ufff0\uffff",
    "\U000e0041tagged",
    "\u3164",
    "\u2800",
    "\u00a0\u2003 ",
    "Z̡͖̜̞̮̈́̊a͇̠͌̕l̺̪͎g̢̫̲̘o̷͇",
    "e" + "\u0301" * 200,
    "tab\there",
    "line\nbreak",
    "\r\nBcc: everybody@example.org",
    "\x1b[2J\x1b[31mred",
    "\x00",
    "a\x00b",
    "\x7f\x80\x9f",
    "\u2028\u2029",
    "\x1d\x21\x11 ESC/POS",
    "x" * 201,
]
NAUGHTY = [*WORDS, *TEXTS]
