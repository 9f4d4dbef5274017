"""Attribute records: how they are printed, and how input data is read.

A record is one line of CSV whose fields are ``name=value``. A field with a comma, a double quote
or a newline is quoted as a whole, name included; an element of a list that holds a comma or a
double quote is quoted first, so that its quotes appear doubled (captures, V7R7.9 and V8)::

    name=p1,"virtual_eth_adapters=3/1/1/10/0/1,""2/1/1/3,4/0/1"",4/0/7//0/1"

Whatever is printed is read back to the same names and values.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from hmcsh.language.messages import HmcError

Value = str | list[str] | tuple[str, ...]
"""The value of an attribute: one text, or the elements of a list."""


def _quote(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _element(text: str) -> str:
    return _quote(text) if "," in text or '"' in text else text


def _text(value: Value) -> str:
    if isinstance(value, str):
        return value
    return ",".join([_element(part) for part in value])


def format_field(name: str, value: Value) -> str:
    """One ``name=value`` field. A text with commas is one element, not a list of several."""
    text = _element(value) if isinstance(value, str) else _text(value)
    if "," in text or '"' in text or "\n" in text:
        return _quote(f"{name}={text}")
    return f"{name}={text}"


def format_record(pairs: Iterable[tuple[str, Value]]) -> str:
    """The fields joined to one record, without a newline at its end."""
    return ",".join(
        [
            # Most values need no quotes; to see that here makes long listings fast.
            f"{name}={value}"
            if isinstance(value, str) and not ("," in value or '"' in value or "\n" in value)
            else format_field(name, value)
            for name, value in pairs
        ]
    )


def format_values(values: Iterable[Value], separator: str = ",") -> str:
    """The line that ``-F`` prints: values only.

    With the comma as separator a value that holds commas is quoted; with another separator it
    is not (scripts split on that separator first, then on the comma). Values with newlines are
    always quoted (capture of ``lshmc -F -v``), and so are values with blanks when the separator
    is the blank (op-test).
    """
    marks = ',"\n' if separator == "," else " \n" if separator == " " else "\n"
    texts = [_text(value) for value in values]
    line = separator.join(texts)
    apart = separator not in marks or line.count(separator) == len(texts) - 1
    if apart and '"' not in line and "\n" not in line:
        return line  # as most lines: nothing needs quotes
    return separator.join(
        [_quote(text) if any(mark in text for mark in marks) else text for text in texts]
    )


@dataclass(frozen=True, slots=True)
class Assignment:
    """One attribute of input data.

    ``operator`` is ``=``, ``+=`` or ``-=``. ``value`` is the value as one text; ``values`` are
    its elements, none if it is empty. ``bare`` marks a list whose elements followed each other
    without quotes.
    """

    name: str
    operator: str
    value: str
    values: tuple[str, ...]
    bare: bool = False


class RecordSyntaxError(ValueError):
    """The text is no attribute record; the reason is for the log, not for the user."""


def _closing_quote(text: str, start: int) -> int:
    """The index of the quote that closes the one before ``start``; doubled ones do not."""
    while True:
        found = text.find('"', start)
        if found < 0:
            raise RecordSyntaxError("a quote is not closed")
        if text[found + 1 : found + 2] != '"':
            return found
        start = found + 2


def _quoted(text: str, start: int) -> tuple[str, int]:
    """Read the quoted text whose first quote is at ``start``: its content, and where it ends.

    Two quotes on either side are read as one, for data whose quotes were doubled once too
    often (manual page of lssyscfg, ``--filter ""name=a,b""``).
    """
    stop = _closing_quote(text, start + 1)
    after = stop + 1
    if after == len(text) or text[after] == ",":
        return text[start + 1 : stop].replace('""', '"'), after
    if stop != start + 1:
        raise RecordSyntaxError("text after a closing quote")
    begin = start + 2
    stop = text.find('"', begin)
    after = stop + 2
    if stop < 0 or text[stop:after] != '""' or text[after : after + 1] not in ("", ","):
        raise RecordSyntaxError("doubled quotes are not closed")
    return text[begin:stop], after


def _elements(content: str) -> tuple[str, ...]:
    """The elements of a list, each either plain or quoted."""
    if not content:
        return ()
    if '"' not in content:
        return tuple(content.split(","))
    found: list[str] = []
    at = 0
    while True:
        if content[at : at + 1] == '"':
            stop = _closing_quote(content, at + 1)
            found.append(content[at + 1 : stop].replace('""', '"'))
            at = stop + 1
            if at < len(content) and content[at] != ",":
                raise RecordSyntaxError("text after a closing quote")
        else:
            stop = content.find(",", at)
            stop = len(content) if stop < 0 else stop
            part = content[at:stop]
            if '"' in part:
                raise RecordSyntaxError("a quote inside a value")
            found.append(part)
            at = stop
        if at == len(content):
            return tuple(found)
        at += 1


def _assignment(name: str, content: str, further: list[str] | None) -> Assignment:
    """The assignment of a field; ``further`` are the elements that followed without quotes."""
    operator = "="
    if name[-1:] in ("+", "-"):
        operator = name[-1] + "="
        name = name[:-1]
    name = name.lstrip(" ")
    if not name or '"' in name or "," in name:
        raise RecordSyntaxError("an attribute without a name")
    if further:
        values = (content, *further)
        return Assignment(name, operator, ",".join(values), values, bare=True)
    values = _elements(content)
    value = values[0] if len(values) == 1 else content
    return Assignment(name, operator, value, values)


def scan(text: str, *, bare_lists: bool = True) -> list[Assignment]:
    """Read a record; RecordSyntaxError if it is none.

    With ``bare_lists`` a field without ``=`` is a further element of the list before it
    (SG24-7460 5.6.1 and 5.6.2: ``name=value1,value2,...``).
    """
    # Name, value, and the elements that may follow without quotes; None where none may.
    fields: list[tuple[str, str, list[str] | None]] = []
    at = 0
    while True:
        while text[at : at + 1] == " ":  # blanks after a comma are tolerated (op-test)
            at += 1
        start = at
        if text[at : at + 1] == '"':
            pair, at = _quoted(text, at)
            name, equals, value = pair.partition("=")
            if not equals:
                raise RecordSyntaxError("a quoted field without '='")
            fields.append((name, value, None))
        else:
            at = text.find(",", start)
            at = len(text) if at < 0 else at
            equal = text.find("=", start, at)
            if text[equal + 1 : equal + 2] == '"' and equal >= 0:
                value, at = _quoted(text, equal + 1)
                fields.append((text[start:equal], value, None))
            elif '"' in text[start:at]:
                raise RecordSyntaxError("a quote inside a field")
            elif equal >= 0:
                value = text[equal + 1 : at]
                fields.append((text[start:equal], value, [] if value and bare_lists else None))
            else:
                further = fields[-1][2] if fields else None
                if further is None or start == at:
                    raise RecordSyntaxError("a field without '='")
                further.append(text[start:at])
        if at == len(text):
            return [_assignment(*field) for field in fields]
        at += 1


def parse_record(text: str, *, bare_lists: bool = True) -> list[Assignment]:
    """Read the input data of ``-i`` or ``-a``, in the order given.

    Accepted are the quoted pair ``"name=a,b"``, the quoted value ``name="a,b"``, doubled quotes
    around either, ``+=`` and ``-=``, and, with ``bare_lists``, ``name=a,b``. HmcError
    ``bad_configuration_data`` if the text is no record or names an attribute twice.
    """
    try:
        found = scan(text, bare_lists=bare_lists)
    except RecordSyntaxError as error:
        raise HmcError("bad_configuration_data") from error
    if len({assignment.name for assignment in found}) != len(found):
        raise HmcError("bad_configuration_data")
    return found


def parse_file(text: str, *, bare_lists: bool = True) -> list[list[Assignment]]:
    """Read the file of ``-f``: one record a line, blank lines skipped.

    A newline inside quotes belongs to the record, as it does where records are printed.
    HmcError ``bad_configuration_data`` if a line is no record, or if there is none.
    """
    records: list[list[Assignment]] = []
    for line in _lines(text):
        stripped = line.removesuffix("\r")
        if stripped.strip():
            records.append(parse_record(stripped, bare_lists=bare_lists))
    if not records:
        raise HmcError("bad_configuration_data")
    return records


def _lines(text: str) -> list[str]:
    """The lines of a file, where a newline between quotes does not end one."""
    found: list[str] = []
    pending: list[str] = []
    quotes = 0
    for line in text.split("\n"):
        pending.append(line)
        quotes += line.count('"')
        if quotes % 2 == 0:
            found.append("\n".join(pending))
            pending = []
    if pending:
        found.append("\n".join(pending))
    return found
