def parse(src):
    toks = src.replace('(', ' ( ').replace(')', ' ) ').split()
    def read():
        t = toks.pop(0)
        if t == '(':
            l = []
            while toks[0] != ')': l.append(read())
            toks.pop(0)
            return l
        try: return int(t)
        except ValueError: return t
    return read()
class Env(dict):
    def __init__(self, params=(), args=(), outer=None): super().__init__(zip(params, args)); self.outer = outer
    def find(self, k): return self if k in self else self.outer.find(k)
import operator as o
G = Env(); G.update({'+': o.add, '*': o.mul, '-': o.sub, '<': o.lt, '=': o.eq})
def ev(x, e=G):
    if isinstance(x, str): return e.find(x)[x]
    if isinstance(x, int): return x
    match x:
        case ['if', c, a, b]: return ev(a if ev(c, e) else b, e)
        case ['define', n, v]: e[n] = ev(v, e)
        case ['lambda', p, body]: return lambda *a: ev(body, Env(p, a, e))
        case [f, *args]: return ev(f, e)(*(ev(a, e) for a in args))
ev(parse('(define fact (lambda (n) (if (< n 2) 1 (* n (fact (- n 1))))))'))
ev(parse('(define adder (lambda (n) (lambda (x) (+ x n))))'))
print(ev(parse('(fact 30)')), ev(parse('((adder 5) 37)')))
