"""Texts that Markdown, HTML, LaTeX or Streamlit's own additions would make something else of."""

import string

WORDS = (
    string.punctuation,
    ":material/home: :red[x] :smile: :red-badge[y] :streamlit: :small[z] a:b: :: :::",
    "$x^2$ and $$y$$ cost $5 or $6",
    "<script>alert(1)</script><b onclick=x>b</b> &amp; &lt; &#33; &nbsp;",
    "![a](http://evil.example/x.png) [l](http://evil.example) <http://evil.example> [x]: http://evil.example",
    "https://evil.example/a?b=c&d www.evil.example WWW.EVIL.example a@evil.example xmpp:a@evil.example",
    "x[^1]\n\n[^1]: a note",
    "  two spaces before, two after  ",
    "    code",
    "tab\tand  two   three",
    "- item",
    "1. one\n2. two\n3) three",
    "# head",
    "title\n===\ntitle\n---",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "a\n   b  \nc\n\nd",
    "\nbetween line ends\n",
    "a\r\nb\r\n c\rd\r",
    "\u2003wide \x1funseen\u00a0",
    "```\nfence\n```",
    "> quote `code` ``more`` **b** _i_ ~~s~~",
    "a -> b <- c <-> d -- e >= f <= g ~= h",
    "-> --",
    "---",
    "\\ back \\\\ slash \\* at the end\\",
    "{a=b} {0} %s %{y} [ ] todo",
    "…\u00a0é\u202e☃ 👍",
)
