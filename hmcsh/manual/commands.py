"""The page of a command of the console, for all levels or as one of them has it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from hmcsh.commands.hmc import SPANS, Command
from hmcsh.language.attributes import Attribute
from hmcsh.language.attributes import Table as Attributes
from hmcsh.language.declarations import Declaration, Form, Option
from hmcsh.language.levels import ALWAYS, LEVELS, Level, Span
from hmcsh.language.messages import Trust
from hmcsh.language.usage import synopsis
from hmcsh.manual import Block, Bullets, Listing, Page, Paragraph, Section, Table


def page(command: Command, level: Level | None = None) -> Page:
    """The page of one command: how all levels have it, with what is known from where, or one."""
    declaration = command.declaration
    span = SPANS.get(command.name, ALWAYS)
    sections = [
        *([_section("", Paragraph(f"Consoles have this command at levels {levels(span)}."))]
          if command.name in SPANS and level is None else []),
        _section("Synopsis", *_synopses(declaration, span, level)),
        _section("Options", *_options(declaration, level)),
        _section("Forms", *_forms(declaration, level, emulated=True), *_filters(command)),
        *(
            _section(f"Attributes: {key}" if key else "Attributes", _attributes(table, level))
            for key, table in command.tables.items()
        ),
        _section("Notes", *([Bullets(declaration.notes)] if declaration.notes else [])),
        _section("Examples", *_examples(declaration)),
        _section("Not emulated", *_lacking(declaration, level)),
    ]  # fmt: skip
    kept = tuple(one for one in sections if one.blocks)
    return Page(command.name, declaration.summary, kept)


def _section(title: str, *blocks: Block) -> Section:
    return Section(title, tuple(one for one in blocks if not isinstance(one, Table) or one.rows))


def levels(span: Span) -> str:
    """The levels of a span in words."""
    if span == ALWAYS:
        return "all"
    words = [f"from {span.since}"] if span.since else []
    return " ".join([*words, *([f"before {span.until}"] if span.until else [])])


def origin(trust: Trust, source: str) -> str:
    """Where a fact is known from."""
    if trust is Trust.CAPTURE and source.startswith("capture"):
        return source
    return f"{trust.value}: {source}" if source and source != trust.value else trust.value


def code(text: str) -> str:
    """What is typed."""
    return f"`{text}`" if text else ""


def _synopses(declaration: Declaration, span: Span, level: Level | None) -> Iterable[Block]:
    """The synopsis at each level, levels of the same text together."""
    if level is not None:
        yield Listing(synopsis(declaration, level))
        return
    texts: dict[str, list[str]] = {}
    for one in LEVELS:
        if span.covers(one):
            texts.setdefault(synopsis(declaration, one), []).append(str(one))
    for text, found in texts.items():
        yield Paragraph(", ".join(found))
        yield Listing(text)


def _at(
    level: Level | None,
    head: tuple[str, ...],
    rows: Iterable[tuple[Span, tuple[str, ...], str]],
    known: str,
    keys: int = 1,
) -> Table:
    """A table for all levels, with the levels and the origin of each row, or for one, without."""
    if level is None:
        head = (*head, "levels", *([known] if known else []))
        every = ((*cells, levels(span), *([where] if known else [])) for span, cells, where in rows)
        return Table(head, tuple(every), keys)
    return Table(head, tuple(cells for span, cells, _ in rows if span.covers(level)), keys)


def _options(declaration: Declaration, level: Level | None) -> Iterable[Block]:
    if declaration.source and level is None:
        yield Paragraph(f"Known from: {declaration.source}.")
    grammar = declaration.at(LEVELS[-1] if level is None else level)
    rows = [
        (
            option.span,
            (
                code(", ".join((option.flag, *option.aliases))),
                option.metavar or option.kind if option.value != "none" else "",
                _meaning(option, option.choices if level is None else grammar.choices(option)),
            ),
            _own_origin(declaration, option),
        )
        for option in declaration.options
    ]
    yield _at(level, ("option", "value", "meaning"), rows, "but known from", keys=2)


def _meaning(option: Option, choices: Collection[str]) -> str:
    words = [option.help]
    if option.choices:
        helps = option.choice_help or ("",) * len(option.choices)
        words += [
            f"`{choice}` {text}".strip()
            for choice, text in zip(option.choices, helps, strict=True)
            if choice in choices
        ]
    if option.minimum is not None or option.maximum is not None:
        words.append(f"{option.minimum or 0} to {option.maximum or '...'}")
    return "\n".join(filter(None, words))


def _own_origin(declaration: Declaration, option: Option) -> str:
    """Where an option is known from, if not from what the whole command is."""
    if option.trust is Trust.DOCUMENT and option.source in ("", declaration.source):
        return ""
    return origin(option.trust, option.source)


def _forms(declaration: Declaration, level: Level | None, *, emulated: bool) -> Iterable[Block]:
    rows = [
        (
            form.span,
            (
                _condition(form),
                ", ".join([*map(code, form.required), *map(_group, form.one_of)]),
                ", ".join([*map(code, form.optional), *map(_group, form.at_most_one)]),
            ),
            "",
        )
        for form in declaration.forms
        if form.emulated is emulated
    ]
    yield _at(level, ("form", "required", "optional"), rows, "")


def _group(flags: Iterable[str]) -> str:
    return " or ".join(map(code, flags))


def _condition(form: Form) -> str:
    parts = [
        f"`{flag}` {' or '.join(map(code, values))}".strip() for flag, values in form.when.items()
    ]
    return " ".join(parts) or "always"


def _filters(command: Command) -> Iterable[Block]:
    if command.filters:
        yield Paragraph(f"Filters: {', '.join(map(code, command.filters))}.")


def _attributes(table: Attributes, level: Level | None) -> Table:
    rows = [
        (
            attribute.span,
            (
                code(attribute.name),
                "default" if attribute.listed else "`-F` only",
                _setting(attribute),
            ),
            origin(attribute.trust, attribute.source),
        )
        for attribute in table.attributes
    ]
    return _at(level, ("attribute", "listed", "set by"), rows, "known from")


def _setting(attribute: Attribute) -> str:
    if attribute.parse is None:
        return ""
    operators = "`=` `+=` `-=`" if attribute.amend else "`=`"
    return operators + (f" `{attribute.help}`" if attribute.help else "")


def _examples(declaration: Declaration) -> Iterable[Block]:
    if declaration.examples:
        yield Listing("\n".join(declaration.examples))


def _lacking(declaration: Declaration, level: Level | None) -> Iterable[Block]:
    (table,) = _forms(declaration, level, emulated=False)
    if isinstance(table, Table) and table.rows:
        yield Paragraph("Refused with status 1.")
        yield table
