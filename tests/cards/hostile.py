"""Texts that a tag, an account name or a resource id may hold to play tricks on those who read."""

HOSTILE = (
    # Slack: mentions, links, dates, formatting, entities
    "<!channel>", "<!here>", "<!everyone>", "<!subteam^S012345>", "<@U012345>",
    "<#C012345|general>",
    "<https://evil.example|$5.00>", "<mailto:a@evil.example|mail>",
    "<!date^1392734382^{date}^https://evil.example|x>", "@here", "@channel", "#general",
    ":rotating_light:", "*bold*", "_italic_", "~struck~", "`code`", "```block```", "> quoted",
    "&lt;!channel&gt;", "&amp;lt;", "&#60;!channel&#62;", "<!channel", "!channel>",
    # Teams: mentions, Markdown, HTML
    "<at>everyone</at>", "<at id=\"0\">Ann</at>", "[click](https://evil.example)",
    "![x](https://evil.example/p.png)", "**bold**", "__bold__", "# heading", "- item", "1. item",
    "\\*not escaped\\*", "{{DATE(2026-11-23T00:00:00Z,SHORT)}}", "{{TIME(2026-11-23T00:00:00Z)}}",
    "${expression}", "---", "|a|b|", "https://evil.example", "www.evil.example", "a@evil.example",
    # HTML and its attributes
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>",
    "\"><script>alert(1)</script>", "' onmouseover='alert(1)", "\" onfocus=\"alert(1)",
    "</td></tr>",
    "</article>", "<!-- comment -->", "<![CDATA[x]]>", "<?php echo 1 ?>", "<style>*{}</style>",
    "<a href=javascript:alert(1)>x</a>", "&quot; onclick=x", "</svg><script>x</script>", "<b",
    # Terminals and spreadsheets
    "\x1b[31mred\x1b[0m", "\x1b]8;;https://evil.example\x07x\x1b]8;;\x07", "\x9b2J",
    "a\rb", "a\x08b",
    "bell\x07", "=HYPERLINK(\"https://evil.example\")", "+1+1", "@SUM(1)",
    # What cannot be seen, and what reads backwards
    "\u202egnp.exe", "a\u202ab\u202c", "\u2066x\u2069", "\u200ezero\u200b\u200cwidth\u200d\ufeff",
    "a\u00adb", "nul\x00nul", "\U000e0041\U000e0042tag", "\ud800 lone", "line\u2028break\u2029par",
    "\u061cmark", "a\tb", "new\nline", "\x7fdelete",
    # Long, wide, tall, empty
    "x" * 10_000, "word " * 3_000, "日本語" * 500, "👨‍👩‍👧‍👦" * 300, "a" + "\u0301" * 5_000,
    "\u0e01\u0e33" * 400, "", " ", "\n\n\n", "\u00a0", "{\"type\": \"mrkdwn\"}", "[1] By account",
    "%s %d {0} {name}", "\\", "\\n", "../../etc/passwd", "'; DROP TABLE bills; --", "null", "None",
)  # fmt: skip

#: Characters that must reach nobody: they hide, reorder or control.
UNSEEN = {
    *map(chr, range(0x20)), *map(chr, range(0x7F, 0xA0)), *"\u00ad\u061c\ufeff\u2060",
    *map(chr, range(0x200B, 0x2010)), *map(chr, range(0x2028, 0x202F)),
    *map(chr, range(0x2066, 0x206A)), *map(chr, range(0xE0000, 0xE0080)),
    *map(chr, range(0xD800, 0xE000)),
} - {"\n"}  # fmt: skip
