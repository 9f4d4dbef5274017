"""A page as Markdown."""

from __future__ import annotations

from hmcsh.manual import Block, Bullets, Listing, Page, Paragraph, Section, Table


def write(page: Page, remark: str = "") -> str:
    """The whole page; the remark stands behind its purpose."""
    parts = [f"# {page.name}", page.purpose, *([remark] if remark else [])]
    for section in page.sections:
        parts += _section(section)
    return "\n\n".join(parts) + "\n"


def _section(section: Section) -> list[str]:
    title = [f"## {section.title}"] if section.title else []
    return title + [_block(one) for one in section.blocks]


def _block(block: Block) -> str:
    match block:
        case Paragraph(text):
            return text
        case Listing(text):
            return f"```\n{text}\n```"
        case Bullets(items):
            return "\n".join(f"- {one}" for one in items)
        case Table():
            return table(block)


def table(block: Table) -> str:
    """A table with its borders."""
    lines = [block.head, ("---",) * len(block.head), *block.rows]
    return "\n".join("| " + " | ".join(_cell(text) for text in line) + " |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", "<br>")
