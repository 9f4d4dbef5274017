"""A page in roff with the macros of man(7), for groff and mandoc."""

from __future__ import annotations

import re

from hmcsh.manual import Block, Bullets, Listing, Page, Paragraph, Table, listed

# What roff or a macro would not print as it stands: groff_char(7).
_SPECIAL = {
    "\\": r"\(rs",
    "-": r"\-",
    "'": r"\(aq",
    "`": r"\(ga",
    "^": r"\(ha",
    "~": r"\(ti",
    '"': r"\(dq",
}
_TYPED = re.compile(r"`([^`]+)`")


# A word that is longer than a line may be divided behind some characters.
_DIVISIBLE = re.compile(r"\S{50,}")


def _division(word: re.Match[str]) -> str:
    return re.sub(r"[/,:|]", r"\g<0>\\:", word.group())


def escape(text: str) -> str:
    """Text as roff prints it to the letter, also at the beginning of a line.

    What is neither printable nor the end of a line becomes a space.
    """
    made = "".join(_character(one) for one in text)
    return re.sub(r"^(?=\.)", r"\\&", made, flags=re.MULTILINE)


def _character(one: str) -> str:
    if one in _SPECIAL:
        return _SPECIAL[one]
    if one == "\n" or (one.isascii() and one.isprintable()):
        return one
    return f"\\[u{ord(one):04X}]" if one.isprintable() else " "


def write(page: Page, *, section: str, source: str, title: str, name: str = "") -> str:
    """The whole page; section, source and title stand in its header and footer.

    It may have another `name` than the command.
    """
    name = escape(name or page.name)
    parts = [f'.TH "{name.upper()}" "{section}" "" "{escape(source)}" "{escape(title)}"']
    parts += [".nh", ".ad l"]  # names are long, and not to be divided
    parts += [".SH NAME", f"{name} \\- {_inline(_phrase(page.purpose))}"]
    for one in page.sections:
        parts.append(f'.SH "{escape(one.title.upper())}"')
        for index, block in enumerate(one.blocks):
            parts += _block(block, first=index == 0)
    return "\n".join(parts) + "\n"


def _phrase(sentence: str) -> str:
    """A sentence as whatis(1) lists it: without its end."""
    return sentence.rstrip(".")


def _inline(text: str) -> str:
    """Running text in one line; what is typed is bold."""
    return _lines(" ".join(text.split()))


def _lines(text: str) -> str:
    typed = (_DIVISIBLE.sub(_division, escape(one)) for one in _TYPED.split(text))
    return "".join(rf"\fB{one}\fR" if at % 2 else one for at, one in enumerate(typed))


def _block(block: Block, *, first: bool) -> list[str]:
    match block:
        case Paragraph(text):
            return [*([] if first else [".PP"]), _inline(text)]
        case Listing(text):
            # A line without anything would be a paragraph's end, or a warning.
            lines = [escape(line) or r"\&" for line in text.expandtabs().split("\n")]
            return [*([] if first else [".PP"]), ".nf", *lines, ".fi"]
        case Bullets(items):
            return [line for one in items for line in (r".IP \(bu 2", _inline(one))]
        case Table():
            made = []
            for keys, lines in listed(block):
                head, *rest = (" ".join(key.split()) for key in keys)
                term = [head if head.startswith("`") else f"`{head}`", *rest]
                made += [".TP", " ".join(_lines(one) for one in term)]
                made += "\n.br\n".join(_inline(line) for line in lines or [""]).split("\n")
            return [line or r"\&" for line in made]
