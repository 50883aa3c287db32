"""Checks report.html files: html_check.py STYLE_SHEET FILE...

A report is safe to open and well made: nothing loads or runs, every link leads somewhere, ids are
unique, elements nest, headings skip no level, colours can be read. Each check is first shown to fail
on a page that breaks it.
"""

import html.parser
import re
import sys

ALLOWED = set(
    "html head meta title style body header nav main section article div span p h1 h2 h3 h4 h5 ul ol li dl dt dd"
    " table thead tbody tr th td a b strong q code pre details summary svg rect".split()
)
VOID = {"meta"}
# What moves or hides text: bidirectional controls, zero-width characters, control characters.
HIDDEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


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
        self.feed(text)
        self.close()
        self.finish(text)

    def fault(self, message: str) -> None:
        self.faults.append(f"line {self.getpos()[0]}: {message}")

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag not in ALLOWED:
            self.fault(f"element <{tag}>")
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attributes:
            if name.startswith("on") or name in ("src", "srcdoc", "action", "formaction", "data", "xlink:href"):
                self.fault(f"attribute {name}")
            if name == "href":
                if not (value or "").startswith("#"):
                    self.fault(f"a link out of the page: {value}")
                self.links.append((value or "")[1:])
            if name == "style" and not re.fullmatch(r"height:\d+px", value or ""):
                self.fault(f"style {value}")
        if "id" in given:
            self.ids.append(given["id"] or "")
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"] or ""
        if re.fullmatch(r"h[1-6]", tag):
            level = int(tag[1])
            if level > self.heading + 1:
                self.fault(f"<{tag}> after <h{self.heading}>")
            self.heading = level
        if given.get("role") == "region" and not given.get("aria-label"):
            self.fault("a region without a name")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.fault(f"</{tag}> does not close what is open")

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text += data

    def finish(self, text: str) -> None:
        if self.open:
            self.fault(f"not closed: {self.open}")
        if not self.policy.startswith("default-src 'none'; style-src 'unsafe-inline'"):
            self.fault("no Content-Security-Policy that forbids every load")
        for name in {name for name in self.ids if self.ids.count(name) > 1}:
            self.fault(f"id {name} is there twice")
        for link in set(self.links) - set(self.ids):
            self.fault(f"#{link} leads nowhere")
        for found in HIDDEN.findall(text):
            self.fault(f"hidden character U+{ord(found):04X}")
        for tag in ("h1", "main", "nav", "header"):
            if len(re.findall(rf"<{tag}[ >]", text)) != 1:
                self.fault(f"not one <{tag}>")


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    lighter, darker = sorted((luminance(a), luminance(b)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def contrast_faults(css: str) -> list[str]:
    """WCAG 2.1, 1.4.3 (AA): 4.5 to 1 for text, in both colour schemes."""
    light, dark = re.findall(r":root \{(.*?)\}", css, re.DOTALL)[:2]
    pairs = [(ink, ground) for ink in ("ink", "quiet", "link") for ground in ("paper", "panel", "code", "mark")]
    pairs += [(tone, ground) for tone in ("good", "bad", "ask", "fault", "open") for ground in ("panel", f"{tone}-tint")]
    pairs += [("alarm-ink", "alarm"), ("good", "paper"), ("bad", "paper"), ("ask", "paper"), ("bad", "code")]
    faults = []
    for scheme, block in (("light", light), ("dark", dark)):
        have = colours(block)
        for ink, ground in pairs:
            ratio = contrast(have[ink], have[ground])
            if ratio < 4.5:
                faults.append(f"{scheme}: {ink} on {ground} is {ratio:.2f} to 1")
    return faults


def demonstrate(good: str, css: str) -> list[str]:
    """Every check fails where it should, on a page that is good but for one thing."""
    broken = {
        "element <script>": good.replace("<main>", "<main><script></script>"),
        "attribute onclick": good.replace("<main>", '<main onclick="x">'),
        "link out": good.replace("<main>", '<main><a href="https://example.org/">x</a>'),
        "is there twice": good.replace("<main>", '<main><div id="verdicts"></div>'),
        "leads nowhere": good.replace("<main>", '<main><a href="#none-such">x</a>'),
        "does not close": good.replace("</main>", "</div></main>", 1),
        "Content-Security-Policy": good.replace("default-src &#39;none&#39;", "default-src *"),
        "hidden character": good.replace("<main>", "<main>\u202e"),
        "after <h1>": good.replace("<h2", "<h4", 1).replace("</h2>", "</h4>", 1),
        "style ": good.replace("<main>", '<main style="background:red">'),
    }
    faults = [
        f"a page that is broken passes: {name}"
        for name, page in broken.items()
        if not any(name in fault for fault in Page(page).faults)
    ]
    if not contrast_faults(re.sub(r"--quiet: #\w+", "--quiet: #aaaaaa", css)):
        faults.append("grey on white passes")
    return faults


def main() -> int:
    style_sheet, *files = sys.argv[1:]
    css = open(style_sheet, encoding="utf-8").read()
    faults = contrast_faults(css)
    for name in files:
        text = open(name, encoding="utf-8", newline="").read()
        page = Page(text)
        faults += [f"{name}: {fault}" for fault in page.faults]
        if "hostile" in name and "<script>alert(1)</script>" not in page.text:
            faults.append(f"{name}: a candidate's text is not shown as text")
    faults += demonstrate(open(files[0], encoding="utf-8").read(), css)
    print("\n".join(faults) or f"{len(files)} pages are sound")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
