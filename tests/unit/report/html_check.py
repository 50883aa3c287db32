"""Checks pages: html_check.py PALETTE FILE...

A page is safe to open and well made: nothing loads or runs, every link leads somewhere, ids are
unique, elements nest, headings skip no level, drawings have words, colours can be read. A summary's
map and table say what summary.json beside it says. Each check is first shown to fail on a page that
breaks it.
"""

import collections
import html.parser
import json
import pathlib
import re
import sys

ALLOWED = set(
    "html head meta title style body header nav main section article div span p h1 h2 h3 h4 h5 ul ol li dl dt dd"
    " table colgroup col thead tbody tr th td a b strong q code pre blockquote details summary"
    " svg rect circle line path text".split()
)
VOID = {"meta", "col"}
REPORT_LINK = re.compile(r"\./(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})+/report\.html")
# What moves or hides text: bidirectional controls, zero-width characters, control characters.
HIDDEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
# What a style sheet could load by.
LOADS = re.compile(r"url\s*\(|@import|image-set|src\s*:|https?:", re.IGNORECASE)



class Page(html.parser.HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.heading = 0
        self.policy = ""
        self.text = ""
        self.css = ""
        self.lines: list[tuple[str, float, float]] = []  # of drawings: class, x1, x2
        self.tables: list[list[list[str]]] = []  # rows of cells
        self.heat: list[dict[int, str]] = []  # rows of the map: tone by x
        self.feed(text)
        self.close()
        self.finish(text)

    def fault(self, message: str) -> None:
        self.faults.append(f"line {self.getpos()[0]}: {message}")

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag not in ALLOWED:
            self.fault(f"element <{tag}>")
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attributes:
            if name.startswith("on") or name in ("src", "srcdoc", "action", "formaction", "data", "xlink:href", "style"):
                self.fault(f"attribute {name}")
            if name == "href":
                self.follow(value or "")
        if "id" in given:
            self.ids.append(given["id"])
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"]
        if re.fullmatch(r"h[1-6]", tag):
            level = int(tag[1])
            if level > self.heading + 1:
                self.fault(f"<{tag}> after <h{self.heading}>")
            self.heading = level
        if given.get("role") in ("region", "img") and not given.get("aria-label"):
            self.fault(f"a {given['role']} without a name")
        if tag == "svg" and given.get("role") != "img" and given.get("aria-hidden") != "true":
            self.fault("a drawing with neither words nor a sign that it needs none")
        self.collect(tag, given)

    def follow(self, link: str) -> None:
        if link.startswith("#"):
            self.links.append(link[1:])
        elif not REPORT_LINK.fullmatch(link):
            self.fault(f"a link out of the page: {link}")

    def collect(self, tag: str, given: dict[str, str]) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
        elif tag == "line":
            self.lines.append((given["class"], float(given["x1"].rstrip("%")), float(given["x2"].rstrip("%"))))
        elif tag == "svg" and given.get("class") == "heat" and "li" not in self.open:
            self.heat.append({})
        elif tag == "path" and "li" not in self.open and "sign" not in given["class"]:
            for x in re.findall(r"M(\d+) 2h", given["d"]):
                if int(x) in self.heat[-1]:
                    self.fault("two verdicts in one cell of the map")
                self.heat[-1][int(x)] = given["class"]

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.fault(f"</{tag}> does not close what is open")

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "style":
            self.css += data
            return
        self.text += data
        if "td" in self.open or "th" in self.open:
            self.tables[-1][-1][-1] += data

    def finish(self, text: str) -> None:
        if self.open:
            self.fault(f"not closed: {self.open}")
        if not self.policy.startswith("default-src 'none'; style-src 'unsafe-inline'"):
            self.fault("no Content-Security-Policy that forbids every load")
        for name, times in collections.Counter(self.ids).items():
            if times > 1:
                self.fault(f"id {name} is there twice")
        for link in set(self.links) - set(self.ids):
            self.fault(f"#{link} leads nowhere")
        for found in HIDDEN.findall(text):
            self.fault(f"hidden character U+{ord(found):04X}")
        for found in LOADS.findall(self.css):
            self.fault(f"a style sheet that loads: {found}")
        for tag in ("h1", "main", "nav", "header"):
            if len(re.findall(rf"<{tag}[ >]", text)) != 1:
                self.fault(f"not one <{tag}>")
        for css, x1, x2 in self.lines:
            if not 0 <= x1 <= x2 <= 100:
                self.fault(f"a {css} from {x1}% to {x2}% leaves its drawing")


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    lighter, darker = sorted((luminance(a), luminance(b)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


GROUNDS = ("paper", "panel", "code", "mark")
TONES = ("good", "bad", "ask", "fault", "open")
# WCAG 2.2, 1.4.3 (AA): 4.5 to 1 for text. 1.4.11: 3 to 1 for what is drawn and must be told apart.
TEXT = [(ink, ground) for ink in ("ink", "quiet", "link") for ground in GROUNDS]
TEXT += [(tone, ground) for tone in TONES for ground in ("paper", "panel", f"{tone}-tint")]
TEXT += [("alarm-ink", "alarm"), ("bad", "code"), ("ink", "good-tint"), ("ink", "bad-tint")]
TEXT += [("quiet", "good-tint"), ("quiet", "bad-tint")]
TEXT += [
    (syntax, ground)
    for syntax in ("keyword", "string", "number")
    for ground in ("panel", "code", "mark", "good-tint", "bad-tint")
]
DRAWN = [(stroke, ground) for stroke in ("wait", "busy", "good", "bad", "ink", "focus") for ground in ("paper", "panel")]
DRAWN += [("mark-edge", ground) for ground in ("paper", "panel", "mark")] + [("panel", "bad"), ("panel", "fault")]


def contrast_faults(css: str) -> list[str]:
    """Of every scheme: light, dark, and on paper, which keeps what it does not set of the light one."""
    blocks = [colours(block) for block in re.findall(r":root \{(.*?)\}", css, re.DOTALL)]
    if len(blocks) != 3:
        return [f"{len(blocks)} schemes in the palette instead of 3"]
    light, dark, paper = blocks
    faults = []
    for scheme, have in (("light", light), ("dark", light | dark), ("print", light | paper)):
        for pairs, least in ((TEXT, 4.5), (DRAWN, 3.0)):
            for ink, ground in pairs:
                ratio = contrast(have[ink], have[ground])
                if ratio < least:
                    faults.append(f"{scheme}: {ink} on {ground} is {ratio:.2f} to 1")
    return faults


def wait_faults(page: Page) -> list[str]:
    """The case that waits 1 s and then 2 s, on one scale: the second is drawn twice as long."""
    lengths = [round(x2 - x1, 2) for css, x1, x2 in page.lines if css == "wait" and x2 < 100]
    return [] if [10.0, 20.0] == lengths[:2] else [f"waits of 1 s and 2 s are drawn {lengths} long"]


WORDS = {
    ("positive", "observed"): ("good", "✓ observed"),
    ("positive", "not_observed"): ("bad", "✗ not observed"),
    ("negative", "observed"): ("bad", "✗ observed"),
    ("negative", "not_observed"): ("good", "✓ not observed"),
    "not_exercised": ("open", "– not exercised"),
    "needs_human": ("ask", "? needs a person"),
    "undetermined": ("fault", "! undetermined"),
}


def map_faults(page: Page, summary: dict) -> list[str]:
    """The map's cells by place, and the table's cells by word, are what summary.json has."""
    faults = []
    table = page.tables[-1]
    if table[0][1:] != [indicator["label"] for indicator in summary["indicators"]]:
        faults.append("the table has not one column for each indicator")
    places = sorted({x for row in page.heat for x in row})
    if len(page.heat) != len(summary["submissions"]) or len(places) != len(summary["indicators"]):
        return faults + ["the map has not one row for each submission or one column for each indicator"]
    for submission, cells, heat in zip(summary["submissions"], table[1:], page.heat):
        for i, indicator in enumerate(summary["indicators"]):
            verdict = submission.get("verdicts", [None] * len(places))[i]
            tone, words = WORDS.get(verdict) or WORDS.get((indicator["polarity"], verdict)) or (None, "none")
            if cells[i + 1].strip() != words:
                faults.append(f"the table says {cells[i + 1]!r} of {submission['id']!r} instead of {words!r}")
            if heat.get(places[i]) != tone:
                faults.append(f"the map shows {heat.get(places[i])} of {submission['id']!r} instead of {tone}")
    return faults


def demonstrate(good: str, css: str) -> list[str]:
    """Every check fails where it should, on a page that is good but for one thing."""
    broken = {
        "element <script>": good.replace("<main>", "<main><script></script>"),
        "attribute onclick": good.replace("<main>", '<main onclick="x">'),
        "link out": good.replace("<main>", '<main><a href="https://example.org/">x</a>'),
        "link out of": good.replace("<main>", '<main><a href="./a/../report.html">x</a>'),
        "is there twice": good.replace("<main>", '<main><div id="verdicts"></div>'),
        "leads nowhere": good.replace("<main>", '<main><a href="#none-such">x</a>'),
        "does not close": good.replace("</main>", "</div></main>", 1),
        "Content-Security-Policy": good.replace("default-src &#39;none&#39;", "default-src *"),
        "hidden character": good.replace("<main>", "<main>\u202e"),
        "after <h1>": good.replace("<h2", "<h4", 1).replace("</h2>", "</h4>", 1),
        "attribute style": good.replace("<main>", '<main style="background:red">'),
        "style sheet that loads": good.replace("</style>", "p { background: url(x.png) }</style>", 1),
        "img without a name": good.replace("<main>", '<main><svg role="img"></svg>'),
        "neither words": good.replace("<main>", "<main><svg></svg>"),
        "leaves its drawing": good.replace("<main>", '<main><line class="wait" x1="90%" x2="120%"/>'),
    }
    faults = [
        f"a page that is broken passes: {name}"
        for name, page in broken.items()
        if not any(name in fault for fault in Page(page).faults)
    ]
    if not contrast_faults(re.sub(r"--quiet: #\w+", "--quiet: #aaaaaa", css)):
        faults.append("grey on white passes")
    if not contrast_faults(re.sub(r"--wait: #\w+", "--wait: #eeeeee", css)):
        faults.append("a wait that cannot be seen passes")
    if not wait_faults(Page(good.replace('class="wait" x1="0%"', 'class="wait" x1="5%"'))):
        faults.append("a wait that is drawn too short passes")
    return faults


def check_summary(path: str, text: str, page: Page) -> list[str]:
    summary = json.loads(pathlib.Path(path).with_suffix(".json").read_text(encoding="utf-8"))
    faults = map_faults(page, summary)
    wrong = text.replace("<td>✓ observed</td>", "<td>✗ not observed</td>", 1)
    if not map_faults(Page(wrong), summary):
        faults.append("a table that says something else passes")
    wrong = re.sub(r'class="good" d="M\d+ 2h18v18h-18z', 'class="good" d="', text, count=6)
    if not map_faults(Page(wrong), summary):
        faults.append("a map that leaves out a cell passes")
    return faults


def main() -> int:
    palette, *files = sys.argv[1:]
    css = open(palette, encoding="utf-8").read()
    faults = contrast_faults(css)
    for name in files:
        text = open(name, encoding="utf-8", newline="").read()
        page = Page(text)
        found = list(page.faults)
        if "hostile" in name and "<script>alert(1)</script>" not in page.text:
            found.append("a candidate's text is not shown as text")
        if name.endswith("sound.html"):
            found += wait_faults(page)
        if name.endswith("summary.html"):
            found += check_summary(name, text, page)
        faults += [f"{name}: {fault}" for fault in found]
    faults += demonstrate(open(files[0], encoding="utf-8").read(), css)
    print("\n".join(faults) or f"{len(files)} pages are sound")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
