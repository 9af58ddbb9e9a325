"""Five hundred prompts of every kind, for make_tokenizer_fixtures.py."""

import random
import unicodedata

WRITTEN = [
    "", " ", "\t\n\r ", "\u3000\u2003\u00a0", "a", "A", "!", "!!", "?!?!", "...", "…", ",", ", , ,", "a,b , c", "'", "''", '"', "-", "--- --", "_", "__init__",
    "a sunny meadow under a blue sky, oil painting",
    "A SUNNY Meadow,\tunder   a\nblue sky",
    "portrait of a woman, intricate, highly detailed, 8k uhd, dslr, soft lighting, film grain, Fujifilm XT3",
    "masterpiece, best quality, 1girl, solo, (looking at viewer:1.2), [sketch], {{curly}}, <lora:style:0.8>",
    "in the style of Katsushika Hokusai & Claude Monet; trending on artstation -- ar 16:9",
    "it's they're we've i'd I'LL don't he'S SHE'D you'Re O'Neill rock'n'roll 'tis 'quoted' ''twice''",
    "it’s they’re we’ve — curly quotes “here” and ‘there’",
    "12 boats, 3.5 miles; 1,000,000 stars #1 50% $9.99 €5 £3 ¥100 2nd 3rd 1st 4x4 1080p 24/7",
    "word" * 60, "x" * 400, "a lake, " * 40, "supercalifragilisticexpialidocious " * 12, "1" * 120, "!" * 200, "é" * 90, "山" * 100, "🌊" * 90,
    "<|startoftext|>a lake<|endoftext|> after", "<|STARTOFTEXT|>A", "a <|EndOfText|>b", "<|endoftext|><|endoftext|>", "<|endoftext|>!", "<<|endoftext|>>", ".<|startoftext|>.",
    "<|endoftext", "<|unknown|>", "<start_of_text>", "</w>", "a</w>", "</w></w>", "the</w> cat</w>", "<w>", "[CLS] [SEP] [PAD] <pad> <s> </s> <unk>",
    "&amp; &lt;b&gt; &nbsp; &#39; &quot;x&quot; &eacute; &#x1F30A;", "<b>bold</b> <br/> <!-- no -->", "http://example.com/a?b=c&d=e#f user@example.com C:\\path\\file.png /usr/bin",
    "\\(escaped\\) \\[brackets\\] \\\\ \\n \\t", "a\\", "(", ")", "((((", "]][[", "(a:1.2)", "a:1.2)", "BREAK", "a BREAK b AND c", "[from:to:0.5]", "{a|b|c}",
    "\u0000\u0007\ufeff\ufffd control", "a\u0000b", "a\u001cb\u001db\u001eb\u001fb", "a\u0085b\u2028c\u2029d", "a\u00a0non\u2003breaking\u200bspace\u3000end", "soft\u00adhyphen", "zero\u200cwidth\u200djoiner", "\u200e\u200fmarks\u202eoverride\u202c", "\ufffe\uffff", "\U0010ffff", "\ue000private", "\u180emongolian", "\u1680ogham",
    "cafe\u0301 and caf\u00e9", "nai\u0308ve na\u00efve", "A\u030angstro\u0308m \u212b", "e\u0301\u0327 e\u0327\u0301", "q\u0301\u0323 q\u0323\u0301", "\u1e69 s\u0323\u0307 s\u0307\u0323", "\uac00 \u1100\u1161 \uac01 \u1100\u1161\u11a8", "\u0958 \u0915\u093c", "\u304c \u304b\u3099 \u30d1 \u30cf\u309a", "\u0344 \u0308\u0301", "\ufb01ne \ufb03 \u017fort", "\u2126 \u03a9", "\u1fbe \u0345", "x\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308", "Z̷̢̛a̵̧l̸g̴o̶",
    "İstanbul Iğdır ISPARTA ıspanak i̇", "ΣΊΣΥΦΟΣ σίσυφος Σ ς ΟΔΥΣΣΕΥΣ", "STRASSE straße ẞ", "Ǆ ǅ ǆ Ǳ ǲ ǳ", "ÀÉÎÕÜ ÆŒØÅ ÞÐ Łódź Čeština Ősz Žižkov", "Ⅷ ⅷ Ⓐ ⓐ", "ᏣᎳᎩ ꮳꮃꭹ", "ႠႡႢ ⴀⴁⴂ ᲐᲑᲒ აბგ", "𐐀𐐁 𐐨𐐩", "𝐀𝐛𝓒𝔇 𝟘𝟙𝟚 𝒳", "Ａ ｆｕｌｌｗｉｄｔｈ １２３ ！？ ｶﾞ", "ª º ¹ ² ³ ¼ ½ ¾ ⅓ ⁴ ₅ x²", "①②③ ⒈⒉ ㈠㈡ 一二三 Ⅳ", "٠١٢٣٤٥٦٧٨٩ ۰۱۲۳ ०१२३ ০১২ ๐๑๒ ၀၁၂ ០១២ ༠༡༢ 〇",
    "山と湖、夕焼け", "赤い着物の少女、桜の木の下で「微笑む」", "星空下的山脉，水彩画，高清", "臺灣的夜市，油畫", "가을 숲속의 작은 오두막", "ㅋㅋㅋ ㅠㅠ", "Привет мир, закат над морем", "Ѐ Й й Ё ё Ї ї", "Ελλάδα, ηλιοβασίλεμα", "עִבְרִית שָׁלוֹם", "مَرْحَبًا بِالعَالَم، غروب", "سلام دنیا می‌خواهم", "नमस्ते दुनिया, क्षत्रिय", "বাংলা দৃশ্য", "தமிழ் மலை", "ภูเขาและทะเลสาบ ตอนพระอาทิตย์ตก", "ພູເຂົາ", "မြန်မာ", "ខ្មែរ", "བོད་ཡིག", "ქართული", "Հայերեն", "አማርኛ", "ᠮᠣᠩᠭᠣᠯ", "ᚠᚢᚦᚨᚱᚲ", "Việt Nam: hoàng hôn trên núi", "Türkçe: ığüşöç", "Íslenska þ ð æ", "ʻŌlelo Hawaiʻi", "IPA: ˈpʰəʊ̯ɾə ʃŋʒ",
    "🌄🏔️ sunrise 👩‍🎨", "👨‍👩‍👧‍👦 👩🏽‍🚀 🧑🏿‍🤝‍🧑🏻", "👍🏻👍🏼👍🏽👍🏾👍🏿", "🇯🇵🇩🇪🇧🇷 🏴󠁧󠁢󠁳󠁣󠁴󠁿 🏳️‍🌈 🏴‍☠️", "❤ ❤️ ♥︎ ☺️ ☹ ©️ ®", "1️⃣ #️⃣ *️⃣", "🫠🪿🫨", "¯\\_(ツ)_/¯ (╯°□°)╯︵ ┻━┻ ʕ•ᴥ•ʔ", ":-) ;P <3 ^_^ xD", "→ ⇒ ↔ ∀x∈ℝ ∑∫√∞ ≠ ≤", "♔♕♖ ♠♥♦♣ ♩♪♫ ☀☁☂ ★☆", "█▓▒░ ╔═╗", "$#@!%^&*()_+-={}[]|\\:\";'<>?,./~`", "a  b   c    d", "  leading and trailing  ", "tab\tnewline\nreturn\r\nvertical\u000bform\u000c", "CamelCaseWords snake_case kebab-case dot.case", "a1b2c3 v1.5 SDXL1.0 512x512 f/1.8 35mm ISO100", "COVID-19 B2B C++ C# .NET R&D AT&T", "ß" * 40, "İ" * 40, "ǰ ΐ ŉ և ẖ ﬀ ﬃ ﬓ",
]
NOUNS = "lake meadow harbour lighthouse forest fox castle cathedral robot astronaut teapot bicycle waterfall violin dragon market glacier owl bridge desert".split()
STYLES = ["oil painting", "watercolour", "gouache", "ink wash", "35mm photo", "concept art by Greg", "low-poly 3D render", "ukiyo-e print", "pixel-art", "art nouveau"]
LIGHTS = ["at dawn", "at night", "in fog", "under the full moon", "in golden hour", "during a thunder-storm", "backlit", "in winter's light"]
SCRIPTS = [(0x21, 0x7E), (0xA1, 0x24F), (0x250, 0x2FF), (0x300, 0x36F), (0x370, 0x3FF), (0x400, 0x52F), (0x531, 0x58F), (0x5D0, 0x5EA), (0x600, 0x6FF), (0x900, 0x97F), (0x980, 0x9FF), (0xB80, 0xBFF), (0xE00, 0xE7F), (0xF00, 0xFBC), (0x10A0, 0x10FF), (0x1100, 0x11FF), (0x1200, 0x137F), (0x13A0, 0x13FF), (0x1780, 0x17FF), (0x1E00, 0x1EFF), (0x1F00, 0x1FFF), (0x2000, 0x206F), (0x2070, 0x218F), (0x2190, 0x2BFF), (0x2C00, 0x2DFF), (0x3000, 0x30FF), (0x3100, 0x33FF), (0x4E00, 0x9FFF), (0xA000, 0xA4CF), (0xA640, 0xA7FF), (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0xFB00, 0xFDFF), (0xFE20, 0xFFFD), (0x10000, 0x100FF), (0x10400, 0x1044F), (0x11000, 0x115FF), (0x1D400, 0x1D7FF), (0x1F300, 0x1FAFF), (0x20000, 0x20FFF), (0xE0020, 0xE007F)]
COUNT = 500


def prompts():
    """The prompts, always the same."""
    draw = random.Random(500)
    found = list(WRITTEN)
    # As people write them
    for _ in range(70):
        words = [draw.choice(["a", "the", "An old", "TWO", "my"]), draw.choice(NOUNS), draw.choice(LIGHTS) + ",", draw.choice(STYLES)]
        words += draw.choices(["(masterpiece:1.2)", "highly detailed", "4k", "[blurry]", "no people!", "trending", "b&w"], k=draw.randint(0, 4))
        found.append(", ".join([" ".join(words[:3]), *words[3:]]))
    # Every script by itself, then composed and decomposed
    for first, last in SCRIPTS:
        points = [point for point in range(first, last + 1) if not 0xD800 <= point < 0xE000]
        text = " ".join("".join(chr(draw.choice(points)) for _ in range(draw.randint(1, 6))) for _ in range(6))
        found += [text, unicodedata.normalize(draw.choice(["NFD", "NFC"]), text)]
    # Everything mixed
    while len(found) < COUNT:
        pieces = []
        for _ in range(draw.randint(1, 25)):
            first, last = draw.choice(SCRIPTS)
            kind = draw.random()
            pieces.append(
                draw.choice(NOUNS) if kind < 0.3 else draw.choice(WRITTEN)[:12] if kind < 0.5 else draw.choice([" ", ", ", "'s ", "  ", "!"])
                if kind < 0.75 else chr(draw.randint(first, min(last, 0xD7FF) if first < 0xD800 else last))
            )
        found.append("".join(pieces))
    return found[:COUNT]
