class Parser:
    def __init__(self, text): self.toks = self.lex(text); self.i = 0
    @staticmethod
    def lex(text):
        toks, i = [], 0
        while i < len(text):
            c = text[i]
            if c.isspace(): i += 1
            elif c.isdigit():
                j = i
                while j < len(text) and (text[j].isdigit() or text[j] == '.'): j += 1
                toks.append(float(text[i:j]) if '.' in text[i:j] else int(text[i:j])); i = j
            else: toks.append(c); i += 1
        return toks + [None]
    def take(self): self.i += 1; return self.toks[self.i - 1]
    def peek(self): return self.toks[self.i]
    def expr(self):
        v = self.term()
        while self.peek() in ('+', '-'):
            v = v + self.term() if self.take() == '+' else v - self.term()
        return v
    def term(self):
        v = self.factor()
        while self.peek() in ('*', '/'):
            v = v * self.factor() if self.take() == '*' else v / self.factor()
        return v
    def factor(self):
        t = self.take()
        if t == '-': return -self.factor()
        if t == '(':
            v = self.expr()
            if self.take() != ')': raise SyntaxError('expected )')
            return v
        if isinstance(t, (int, float)): return t
        raise SyntaxError(f'unexpected {t!r}')
for s in ('1 + 2 * 3', '(1 + 2) * 3', '-4 / 2 - 1', '2 * (3 + 4) * 5', '1.5 * 4', '1 +', '(1', '1 / 0'):
    try: print(s, '=', Parser(s).expr())
    except (SyntaxError, ZeroDivisionError) as e: print(s, '->', type(e).__name__, e)
