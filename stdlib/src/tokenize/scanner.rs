//! From text to tokens.

const ENDMARKER: i64 = 0;
const NAME: i64 = 1;
const NUMBER: i64 = 2;
const STRING: i64 = 3;
const NEWLINE: i64 = 4;
const INDENT: i64 = 5;
const DEDENT: i64 = 6;
const OP: i64 = 55;
const FSTRING_START: i64 = 59;
const TSTRING_START: i64 = 62;
const COMMENT: i64 = 65;
const NL: i64 = 66;

/// Operators with their exact types, longer ones first.
const OPERATORS: &[(&str, i64)] = &[
    ("**=", 46),
    ("//=", 48),
    (">>=", 45),
    ("<<=", 44),
    ("...", 52),
    ("!=", 28),
    ("->", 51),
    (":=", 53),
    ("==", 27),
    ("<=", 29),
    (">=", 30),
    ("+=", 36),
    ("-=", 37),
    ("*=", 38),
    ("/=", 39),
    ("%=", 40),
    ("&=", 41),
    ("|=", 42),
    ("^=", 43),
    ("@=", 50),
    ("<<", 33),
    (">>", 34),
    ("**", 35),
    ("//", 47),
    ("(", 7),
    (")", 8),
    ("[", 9),
    ("]", 10),
    (":", 11),
    (",", 12),
    (";", 13),
    ("+", 14),
    ("-", 15),
    ("*", 16),
    ("/", 17),
    ("|", 18),
    ("&", 19),
    ("<", 20),
    (">", 21),
    ("=", 22),
    (".", 23),
    ("%", 24),
    ("{", 25),
    ("}", 26),
    ("~", 31),
    ("^", 32),
    ("@", 49),
    ("!", 54),
];

/// A token.
pub(super) struct Token {
    pub(super) kind: i64,
    pub(super) text: String,
    /// Row from 1, column from 0 in characters.
    pub(super) start: (usize, usize),
    pub(super) end: (usize, usize),
    /// The line or lines that it stands on.
    pub(super) line: String,
}

/// What ended the scan.
pub(super) struct Failure {
    pub(super) message: String,
    pub(super) row: usize,
    pub(super) column: usize,
    pub(super) line: String,
    pub(super) indentation: bool,
}

/// An f- or t-string that is open.
struct Format {
    quote: char,
    triple: bool,
    raw: bool,
    /// Type of its start token.
    start: i64,
    /// Brackets that were open outside of each of its replacement fields, innermost last.
    fields: Vec<usize>,
    /// Whether the innermost field has come to its format spec.
    in_spec: Vec<bool>,
}

/// Levels of indentation that CPython's tokenizer allows, the outermost included.
const MAX_INDENT: usize = 100;

struct Scanner {
    lines: Vec<Vec<char>>,
    row: usize,
    column: usize,
    extra: bool,
    brackets: Vec<(char, usize, usize)>,
    indents: Vec<usize>,
    formats: Vec<Format>,
    tokens: Vec<Token>,
}

/// All tokens up to the end or to the first error. `extra` keeps comments and blank lines and makes all operators `OP`.
pub(super) fn scan(source: &str, extra: bool) -> (Vec<Token>, Option<Failure>) {
    let lines = source.split_inclusive('\n').map(|l| l.chars().collect()).collect();
    let mut scanner = Scanner {
        lines,
        row: 0,
        column: 0,
        extra,
        brackets: Vec::new(),
        indents: vec![0],
        formats: Vec::new(),
        tokens: Vec::new(),
    };
    let failure = scanner.run().err();
    (scanner.tokens, failure)
}

type Step<T = ()> = Result<T, Failure>;

impl Scanner {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.lines.get(self.row).and_then(|l| l.get(self.column + ahead)).copied()
    }

    fn text_of(&self, from: (usize, usize), to: (usize, usize)) -> String {
        let mut out = String::new();
        for row in from.0..=to.0 {
            let Some(line) = self.lines.get(row) else { break };
            let start = if row == from.0 { from.1 } else { 0 };
            let end = if row == to.0 { to.1 } else { line.len() };
            out.extend(line.get(start..end.min(line.len())).unwrap_or_default());
        }
        out
    }

    fn line_text(&self, from: usize, to: usize) -> String {
        (from..=to).filter_map(|r| self.lines.get(r)).flatten().collect()
    }

    /// Adds a token that reaches from `start` to the cursor.
    fn push(&mut self, kind: i64, start: (usize, usize)) {
        let end = (self.row, self.column);
        let text = self.text_of(start, end);
        self.push_text(kind, text, start, end);
    }

    fn push_text(&mut self, kind: i64, text: String, start: (usize, usize), end: (usize, usize)) {
        let line = self.line_text(start.0, end.0);
        self.tokens.push(Token { kind, text, start: (start.0 + 1, start.1), end: (end.0 + 1, end.1), line });
    }

    fn fail<T>(&self, message: &str, row: usize, column: usize) -> Step<T> {
        let line = self.line_text(row, row);
        Err(Failure { message: message.to_owned(), row: row + 1, column, line, indentation: false })
    }

    fn run(&mut self) -> Step {
        while self.row < self.lines.len() {
            if self.formats.last().is_some_and(|f| f.fields.is_empty() || f.in_spec.last() == Some(&true)) {
                self.format_text()?;
                continue;
            }
            if self.column == 0
                && self.brackets.is_empty()
                && self.formats.is_empty()
                && !self.start_of_line()?
            {
                continue;
            }
            self.rest_of_line()?;
        }
        if !self.formats.is_empty() {
            return self.fail("unterminated f-string literal", self.row.saturating_sub(1), 1);
        }
        if !self.brackets.is_empty() {
            return self.fail(
                "unexpected EOF in multi-line statement",
                self.lines.len().saturating_sub(1),
                0,
            );
        }
        let end = (self.lines.len(), 0);
        while self.indents.len() > 1 {
            self.indents.pop();
            self.push_text(DEDENT, String::new(), end, end);
        }
        self.push_text(ENDMARKER, String::new(), end, end);
        Ok(())
    }

    /// Handles indentation. False if the line was blank and is over.
    fn start_of_line(&mut self) -> Step<bool> {
        let mut width = 0;
        while let Some(c) = self.peek(0) {
            match c {
                ' ' => width += 1,
                '\t' => width = (width / 8 + 1) * 8,
                '\x0C' => width = 0,
                _ => break,
            }
            self.column += 1;
        }
        match self.peek(0) {
            None => {
                if self.extra {
                    let at = (self.row, self.column);
                    self.push_text(NL, String::new(), at, (at.0, at.1 + 1));
                }
                self.row += 1;
                self.column = 0;
                return Ok(false);
            }
            Some('#' | '\n' | '\r') => {
                self.comment_and_end(NL);
                return Ok(false);
            }
            Some('\\') if matches!(self.peek(1), Some('\n' | '\r')) => return Ok(true),
            _ => {}
        }
        let current = *self.indents.last().unwrap_or(&0);
        if width > current {
            if self.indents.len() >= MAX_INDENT {
                let line = self.line_text(self.row, self.row);
                let message = "too many levels of indentation".to_owned();
                return Err(Failure {
                    message,
                    row: self.row + 1,
                    column: self.column,
                    line,
                    indentation: true,
                });
            }
            self.indents.push(width);
            self.push(INDENT, (self.row, 0));
        }
        while width < *self.indents.last().unwrap_or(&0) {
            self.indents.pop();
            if width > *self.indents.last().unwrap_or(&0) {
                let line = self.line_text(self.row, self.row);
                let column = line.trim_end_matches('\n').chars().count() + 1;
                let message = "unindent does not match any outer indentation level".to_owned();
                let line = line.trim_end_matches('\n').to_owned();
                return Err(Failure { message, row: self.row + 1, column, line, indentation: true });
            }
            let at = (self.row, self.column);
            self.push_text(DEDENT, String::new(), at, at);
        }
        Ok(true)
    }

    /// A comment, if there is one, and the end of the line as a token of this type.
    fn comment_and_end(&mut self, kind: i64) {
        if self.peek(0) == Some('#') {
            let start = (self.row, self.column);
            while self.peek(0).is_some_and(|c| c != '\n' && c != '\r') {
                self.column += 1;
            }
            if self.extra {
                self.push(COMMENT, start);
            }
        }
        let start = (self.row, self.column);
        if self.peek(0) == Some('\r') {
            self.column += 1;
        }
        if self.peek(0) == Some('\n') {
            self.column += 1;
        }
        if kind == NEWLINE && !self.extra {
            self.push_text(kind, String::new(), start, start);
        } else if self.extra {
            // A last line without an end gets one that has no text and is one column wide.
            let end = (self.row, self.column.max(start.1 + 1));
            let text = self.text_of(start, (self.row, self.column));
            self.push_text(kind, text, start, end);
        }
        self.row += 1;
        self.column = 0;
    }

    /// Tokens up to the end of the line, or to the text of an f-string.
    fn rest_of_line(&mut self) -> Step {
        let row = self.row;
        while self.row == row {
            if self.formats.last().is_some_and(|f| f.fields.is_empty() || f.in_spec.last() == Some(&true)) {
                return Ok(());
            }
            let Some(c) = self.peek(0) else {
                let inside = !self.brackets.is_empty() || !self.formats.is_empty();
                self.comment_and_end(if inside { NL } else { NEWLINE });
                return Ok(());
            };
            match c {
                ' ' | '\t' | '\x0C' => self.column += 1,
                '#' | '\n' | '\r' => {
                    let inside = !self.brackets.is_empty() || !self.formats.is_empty();
                    self.comment_and_end(if inside { NL } else { NEWLINE });
                    return Ok(());
                }
                '\\' if matches!(self.peek(1), Some('\n' | '\r')) => {
                    self.row += 1;
                    self.column = 0;
                    if self.row >= self.lines.len() {
                        return self.fail(
                            "unexpected EOF in multi-line statement",
                            self.row.saturating_sub(1),
                            0,
                        );
                    }
                    return self.rest_of_line();
                }
                '\\' => {
                    return self.fail(
                        "unexpected character after line continuation character",
                        self.row,
                        self.column + 1,
                    );
                }
                '"' | '\'' => self.string((self.row, self.column))?,
                '0'..='9' => self.number(),
                '.' if self.peek(1).is_some_and(|c| c.is_ascii_digit()) => self.number(),
                c if c == '_' || c.is_alphabetic() || c as u32 >= 128 => self.name()?,
                _ => self.operator()?,
            }
        }
        Ok(())
    }

    fn name(&mut self) -> Step {
        let start = (self.row, self.column);
        while self.peek(0).is_some_and(|c| c == '_' || c.is_alphanumeric() || c as u32 >= 128) {
            self.column += 1;
        }
        let text = self.text_of(start, (self.row, self.column));
        if matches!(self.peek(0), Some('"' | '\''))
            && matches!(
                text.to_ascii_lowercase().as_str(),
                "r" | "b" | "u" | "br" | "rb" | "f" | "fr" | "rf" | "t" | "tr" | "rt"
            )
        {
            return self.string(start);
        }
        self.push(NAME, start);
        Ok(())
    }

    fn number(&mut self) {
        let start = (self.row, self.column);
        let digits = |s: &mut Scanner, ok: fn(char) -> bool| {
            while s.peek(0).is_some_and(|c| ok(c) || c == '_' && s.peek(1).is_some_and(ok)) {
                s.column += 1;
            }
        };
        if self.peek(0) == Some('0') && matches!(self.peek(1), Some('x' | 'X' | 'o' | 'O' | 'b' | 'B')) {
            self.column += 2;
            digits(self, |c| c.is_ascii_hexdigit());
            return self.push(NUMBER, start);
        }
        digits(self, |c| c.is_ascii_digit());
        if self.peek(0) == Some('.') {
            self.column += 1;
            if self.peek(0) != Some('_') {
                digits(self, |c| c.is_ascii_digit());
            }
        }
        if matches!(self.peek(0), Some('e' | 'E')) {
            let sign = matches!(self.peek(1), Some('+' | '-')) as usize;
            if self.peek(1 + sign).is_some_and(|c| c.is_ascii_digit()) {
                self.column += 1 + sign;
                digits(self, |c| c.is_ascii_digit());
            }
        }
        if matches!(self.peek(0), Some('j' | 'J')) {
            self.column += 1;
        }
        self.push(NUMBER, start);
    }

    /// A string literal whose prefix starts at `start`; the cursor is at the quote.
    fn string(&mut self, start: (usize, usize)) -> Step {
        let prefix = self.text_of(start, (self.row, self.column)).to_ascii_lowercase();
        let quote = self.peek(0).unwrap_or('"');
        let triple = self.peek(1) == Some(quote) && self.peek(2) == Some(quote);
        self.column += if triple { 3 } else { 1 };
        if prefix.contains(['f', 't']) {
            let kind = if prefix.contains('f') { FSTRING_START } else { TSTRING_START };
            self.push(kind, start);
            let raw = prefix.contains('r');
            self.formats.push(Format {
                quote,
                triple,
                raw,
                start: kind,
                fields: Vec::new(),
                in_spec: Vec::new(),
            });
            return Ok(());
        }
        loop {
            match self.peek(0) {
                None if triple || self.peek_back() == Some('\\') => {
                    self.row += 1;
                    self.column = 0;
                    if self.row >= self.lines.len() {
                        return self.unterminated(start, triple);
                    }
                }
                None => return self.unterminated(start, triple),
                Some('\\') => self.column += if self.peek(1).is_some() { 2 } else { 1 },
                Some('\n') if !triple => return self.unterminated(start, triple),
                Some(c) if c == quote && !triple => {
                    self.column += 1;
                    break;
                }
                Some(c) if c == quote && self.peek(1) == Some(quote) && self.peek(2) == Some(quote) => {
                    self.column += 3;
                    break;
                }
                Some(_) => self.column += 1,
            }
            // A backslash before the end of the line takes the string to the next one.
            let len = self.lines.get(self.row).map_or(0, |l| l.len());
            if self.column >= len && self.row < self.lines.len() {
                self.row += 1;
                self.column = 0;
                if self.row >= self.lines.len() {
                    return self.unterminated(start, triple);
                }
            }
        }
        self.push(STRING, start);
        Ok(())
    }

    fn peek_back(&self) -> Option<char> {
        self.lines.get(self.row)?.get(self.column.checked_sub(1)?).copied()
    }

    fn unterminated<T>(&self, start: (usize, usize), triple: bool) -> Step<T> {
        let message = if triple {
            format!(
                "unterminated triple-quoted string literal (detected at line {})",
                self.row.min(self.lines.len())
            )
        } else {
            format!("unterminated string literal (detected at line {})", start.0 + 1)
        };
        self.fail(&message, start.0, start.1 + 1)
    }

    /// Text of the innermost f-string up to a replacement field or to its end.
    fn format_text(&mut self) -> Step {
        let Some(format) = self.formats.last() else { return Ok(()) };
        let (quote, triple, raw, kind) = (format.quote, format.triple, format.raw, format.start);
        let in_spec = !format.fields.is_empty();
        let start = (self.row, self.column);
        let mut text = String::new();
        loop {
            let Some(c) = self.peek(0) else {
                self.row += 1;
                self.column = 0;
                if self.row >= self.lines.len() {
                    return self.fail("unterminated triple-quoted f-string literal", start.0, start.1 + 1);
                }
                continue;
            };
            let ends = c == quote && (!triple || self.peek(1) == Some(quote) && self.peek(2) == Some(quote));
            if ends {
                let at = (self.row, self.column);
                if !text.is_empty() {
                    self.push_text(kind + 1, text, start, at);
                }
                self.column += if triple { 3 } else { 1 };
                self.push(kind + 2, at);
                self.formats.pop();
                return Ok(());
            }
            match c {
                '\n' if !triple => return self.fail("unterminated f-string literal", start.0, start.1 + 1),
                '{' | '}' if !in_spec && self.peek(1) == Some(c) => {
                    text.push(c);
                    self.column += 1;
                    let at = (self.row, self.column);
                    self.push_text(kind + 1, text, start, at);
                    self.column += 1;
                    return Ok(());
                }
                '{' => {
                    let at = (self.row, self.column);
                    if !text.is_empty() {
                        self.push_text(kind + 1, text, start, at);
                    }
                    self.column += 1;
                    self.push(if self.extra { OP } else { 25 }, at);
                    let depth = self.brackets.len();
                    if let Some(f) = self.formats.last_mut() {
                        f.fields.push(depth);
                        f.in_spec.push(false);
                    }
                    return Ok(());
                }
                '}' if in_spec => {
                    let at = (self.row, self.column);
                    self.push_text(kind + 1, text, start, at);
                    self.column += 1;
                    self.push(if self.extra { OP } else { 26 }, at);
                    if let Some(f) = self.formats.last_mut() {
                        f.fields.pop();
                        f.in_spec.pop();
                    }
                    return Ok(());
                }
                '}' => return self.fail("f-string: single '}' is not allowed", self.row, self.column + 1),
                '\\' => {
                    text.push(c);
                    self.column += 1;
                    if let Some(next) = self.peek(0)
                        && !(raw && (next == '{' || next == '}'))
                    {
                        text.push(next);
                        self.column += 1;
                        if next == 'N' && !raw && self.peek(0) == Some('{') {
                            while let Some(c) = self.peek(0) {
                                text.push(c);
                                self.column += 1;
                                if c == '}' {
                                    break;
                                }
                            }
                        }
                    }
                }
                c => {
                    text.push(c);
                    self.column += 1;
                }
            }
        }
    }

    fn operator(&mut self) -> Step {
        let start = (self.row, self.column);
        let field_depth = self.formats.last().and_then(|f| f.fields.last().copied());
        let at_field = field_depth == Some(self.brackets.len());
        let c = self.peek(0).unwrap_or(' ');
        // In a replacement field `:` begins the format spec, `!` the conversion, and `}` ends it.
        if at_field && matches!(c, ':' | '}') || at_field && c == '!' && self.peek(1) != Some('=') {
            self.column += 1;
            let exact = OPERATORS.iter().find(|(o, _)| o.starts_with(c) && o.len() == 1).map_or(OP, |o| o.1);
            self.push(if self.extra { OP } else { exact }, start);
            if let Some(f) = self.formats.last_mut() {
                match c {
                    ':' => {
                        if let Some(spec) = f.in_spec.last_mut() {
                            *spec = true;
                        }
                    }
                    '}' => {
                        f.fields.pop();
                        f.in_spec.pop();
                    }
                    _ => {}
                }
            }
            return Ok(());
        }
        let found =
            OPERATORS.iter().find(|(o, _)| o.chars().enumerate().all(|(i, c)| self.peek(i) == Some(c)));
        let Some(&(text, exact)) = found else {
            // Characters that are no operator come out as such, as CPython has it.
            if !self.extra && c != '$' && c != '?' && c != '`' {
                return self.fail(
                    &format!("invalid non-printable character U+{:04X}", c as u32),
                    self.row,
                    self.column + 1,
                );
            }
            self.column += 1;
            self.push(OP, start);
            return Ok(());
        };
        match text {
            "(" | "[" | "{" => self.brackets.push((c, self.row, self.column)),
            ")" | "]" | "}" if self.extra => {
                self.brackets.pop();
            }
            ")" | "]" | "}" => match self.brackets.pop() {
                None => return self.fail(&format!("unmatched '{c}'"), self.row, self.column + 1),
                Some((open, row, _))
                    if (open, c) != ('(', ')') && (open, c) != ('[', ']') && (open, c) != ('{', '}') =>
                {
                    let on = if row == self.row { String::new() } else { format!(" on line {}", row + 1) };
                    let message =
                        format!("closing parenthesis '{c}' does not match opening parenthesis '{open}'{on}");
                    return self.fail(&message, self.row, self.column + 1);
                }
                Some(_) => {}
            },
            _ => {}
        }
        self.column += text.len();
        self.push(if self.extra { OP } else { exact }, start);
        Ok(())
    }
}
