# What is no text: NUL, half a character, escapes of a terminal, the end of a script.
# aim: break the report, or the terminal that shows it
# outcome: returned
# value: "written"
import os


def main(host):
    for descriptor in (1, 2):
        os.write(descriptor, b"\0\xff\xc3\xed\xa0\x80\x1b]0;owned\x07\x1b[2J\r\n")
        os.write(descriptor, b"</pre></script><script>alert(1)</script>")
    return "written"
