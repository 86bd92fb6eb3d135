"""The tokenizer behind the module `tokenize`."""

import token as _t

_OPERATORS = sorted(_t.EXACT_TOKEN_TYPES, key=len, reverse=True)
_pattern = None


def _compile():
    """The pattern of everything but strings; made on first use, since `tokenize` is imported far more often than used."""
    global _pattern
    if _pattern is None:
        import re
        exponent = r'[eE][-+]?[0-9](?:_?[0-9])*'
        digits = r'[0-9](?:_?[0-9])*'
        point = rf'(?:{digits}\.(?:{digits})?|\.{digits})(?:{exponent})?'
        number = (rf'(?:0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+'
                  rf'|(?:{point}|{digits}{exponent})[jJ]?|{digits}[jJ]?)')
        operator = '|'.join(re.escape(op) for op in _OPERATORS if op != '!') + '|!'
        _pattern = re.compile(
            rf'[ \f\t]*(?:(?P<number>{number})'
            r'|(?P<string>(?:[bB][rR]?|[rR][bB]?|[uU]|[fFtT][rR]?|[rR][fFtT])?(?:\'\'\'|"""|\'|"))'
            r'|(?P<name>\w+)|(?P<comment>#[^\r\n]*)|(?P<newline>\r?\n|\r)|(?P<continued>\\\r?\n)'
            rf'|(?P<op>{operator}))')
    return _pattern


class _FString:
    """An f- or t-string that is open."""

    def __init__(self, prefix, quote):
        self.quote = quote
        self.raw = 'r' in prefix.lower()
        f = 'f' in prefix.lower()
        self.middle = _t.FSTRING_MIDDLE if f else _t.TSTRING_MIDDLE
        self.end = _t.FSTRING_END if f else _t.TSTRING_END
        self.fields = []            # for each open field: [depth of brackets in it, in its format spec]

    def in_text(self):
        return not self.fields or self.fields[-1][1]


class TokenizerIter:
    """Iterates over the tokens of lines: (type, string, start, end, line)."""

    def __init__(self, readline, /, *, encoding=None, extra_tokens=False):
        self._readline = readline
        self._encoding = encoding
        self._extra = extra_tokens
        self._number = 0
        self._line = self._last = ''
        self._strings = []
        self._tokens = self._run()

    def __iter__(self):
        return self

    def __next__(self):
        return next(self._tokens)

    def _next_line(self):
        try:
            line = self._readline()
        except StopIteration:
            line = ''
        if self._encoding is not None and isinstance(line, (bytes, bytearray)):
            line = line.decode(self._encoding)
        self._number += 1
        self._last, self._line = self._line, line
        return line

    def _error(self, message, column, kind=SyntaxError):
        return kind(message, ('<string>', self._number, column + 1, self._line))

    def _token(self, kind, start, end, line=None):
        return (kind, self._line[start:end], (self._number, start), (self._number, end), line or self._line)

    def _run(self):
        pattern = _compile()
        indents = [0]
        depth = 0                   # of brackets outside of f-strings
        continued = False           # by a backslash
        at_end_of_line = True
        while True:
            line = self._next_line()
            if not line:
                break
            position = 0
            if self._strings and self._strings[-1].in_text():
                position = yield from self._text(0)
            elif depth == 0 and not continued and not self._strings:
                column, position = self._indentation(line)
                rest = line[position:]
                if not rest.strip() or rest[0] == '#':
                    yield from self._blank(position)
                    continue
                if column > indents[-1]:
                    indents.append(column)
                    yield (_t.INDENT, line[:position], (self._number, 0), (self._number, position), line)
                while column < indents[-1]:
                    indents.pop()
                    if column > indents[-1]:
                        raise self._error('unindent does not match any outer indentation level', position,
                                          IndentationError)
                    yield (_t.DEDENT, '', (self._number, position), (self._number, position), line)
            continued = False
            while position < len(line):
                found = pattern.match(line, position)
                if found is None:
                    rest = line[position:]
                    if not rest.strip(' \t\f'):
                        break
                    position += len(rest) - len(rest.lstrip(' \t\f'))
                    raise self._error('invalid non-printable character' if not line[position].isprintable()
                                      else 'invalid character', position)
                kind = found.lastgroup
                start, end = found.span(kind)
                at_end_of_line = False
                if kind == 'number':
                    yield self._token(_t.NUMBER, start, end)
                elif kind == 'name':
                    if not found[kind].isidentifier():
                        raise self._error('invalid character', start)
                    yield self._token(_t.NAME, start, end)
                elif kind == 'comment':
                    if self._extra:
                        yield self._token(_t.COMMENT, start, end)
                elif kind == 'newline':
                    if depth or self._strings:
                        if self._extra:
                            yield self._token(_t.NL, start, end)
                    else:
                        yield self._token(_t.NEWLINE, start, end)
                        at_end_of_line = True
                elif kind == 'continued':
                    continued = True
                elif kind == 'string':
                    end = yield from self._string(start, end)
                    line = self._line
                else:
                    op = found[kind]
                    field = self._strings[-1].fields[-1] if self._strings else None
                    if op in '([{':
                        if field:
                            field[0] += 1
                        else:
                            depth += 1
                    elif op in ')]}':
                        if field and field[0]:
                            field[0] -= 1
                        elif field and op == '}':
                            self._strings[-1].fields.pop()
                        elif not field:
                            depth = max(0, depth - 1)
                    elif field and not field[0] and op in (':', ':=', '!=') and (op != '!=' or line[end:end + 1] == '='):
                        end = start + 1
                        field[1] = op != '!='
                    yield self._token(_t.OP if self._extra else _t.EXACT_TOKEN_TYPES.get(line[start:end], _t.OP), start, end)
                    if self._strings and self._strings[-1].in_text():
                        end = yield from self._text(end, op == '}')
                        line = self._line
                position = end
        number = self._number
        if self._strings:
            raise self._error('unterminated triple-quoted f-string literal', 0)
        if depth:
            raise self._error('unexpected EOF in multi-line statement', -1)
        if not at_end_of_line:
            yield (_t.NEWLINE, '', (number - 1, len(self._last)), (number - 1, len(self._last) + 1), self._last)
        for _ in indents[1:]:
            yield (_t.DEDENT, '', (number, 0), (number, 0), '')
        yield (_t.ENDMARKER, '', (number, 0), (number, 0), '')

    @staticmethod
    def _indentation(line):
        """Column and position of the first character that is no white space."""
        column = position = 0
        for position, c in enumerate(line):
            if c == ' ':
                column += 1
            elif c == '\t':
                column = (column // 8 + 1) * 8
            elif c == '\f':
                column = 0
            else:
                return column, position
        return column, len(line)

    def _blank(self, position):
        """A line without code."""
        line = self._line
        if not self._extra:
            return
        end = len(line.rstrip('\r\n'))
        if line[position:position + 1] == '#':
            yield self._token(_t.COMMENT, position, end)
            position = end
        yield (_t.NL, line[end:], (self._number, end if position == end else position), (self._number, len(line)), line)

    def _string(self, start, end):
        """A string whose prefix and opening quote have been read; the position behind what could be read of it."""
        opening = self._line[start:end]
        quote = opening[-3:] if opening[-3:] in ("'''", '"""') else opening[-1]
        prefix = opening[:-len(quote)]
        if prefix and prefix.lower().strip('r') in ('f', 't'):
            self._strings.append(_FString(prefix, quote))
            f = 'f' in prefix.lower()
            yield self._token(_t.FSTRING_START if f else _t.TSTRING_START, start, end)
            return (yield from self._text(end))
        first, text, lines, begin, position = (self._number, start), '', self._line, start, end
        while True:
            line = self._line
            while position < len(line):
                if line.startswith(quote, position):
                    position += len(quote)
                    yield (_t.STRING, text + line[begin:position], first, (self._number, position), lines)
                    return position
                if line[position] == '\\':
                    position += 2 if not line.startswith('\\\r\n', position) else 3
                elif line[position] in '\r\n' and len(quote) == 1:
                    break
                else:
                    position += 1
            if position < len(line) or (len(quote) == 1 and not line.endswith(('\\\n', '\\\r\n'))):
                raise self._error('unterminated string literal', start)
            text += line[begin:]
            begin = position = 0
            if not self._next_line():
                raise self._error('unterminated triple-quoted string literal', start)
            lines += self._line

    def _text(self, start, after_field=False):
        """The literal part of an f-string from here; the position behind it."""
        string = self._strings[-1]
        first, text, begin, position = (self._number, start), '', start, start
        in_spec = bool(string.fields)
        while True:
            line = self._line
            while position < len(line):
                closing = line.startswith(string.quote, position)
                brace = line[position] in '{}'
                if brace and not in_spec and line[position] == line[position + 1:position + 2]:
                    text += line[begin:position + 1]
                    yield (string.middle, text, first, (self._number, position + 1), line)
                    position += 2
                    first, text, begin = (self._number, position), '', position
                elif closing or brace:
                    text += line[begin:position]
                    if text or after_field and in_spec and line[position] == '}':
                        yield (string.middle, text, first, (self._number, position), line)
                    end = position + (len(string.quote) if closing else 1)
                    if closing:
                        self._strings.pop()
                        yield self._token(string.end, position, end)
                        return end
                    yield self._token(_t.OP if self._extra else _t.EXACT_TOKEN_TYPES[line[position]], position, end)
                    if line[position] == '{':
                        string.fields.append([0, False])
                        return end
                    if not string.fields:
                        raise self._error("f-string: single '}' is not allowed", position)
                    string.fields.pop()
                    return (yield from self._text(end, True)) if string.in_text() else end
                elif line.startswith('\\N{', position) and not string.raw and not in_spec:
                    position = line.find('}', position) + 1 or len(line)
                elif line[position] == '\\' and not string.raw:
                    position += 2
                elif line[position] in '\r\n' and len(string.quote) == 1:
                    raise self._error('unterminated f-string literal', start)
                else:
                    position += 1
            text += line[begin:]
            begin = position = 0
            if not self._next_line():
                raise self._error('unterminated triple-quoted f-string literal', start)
