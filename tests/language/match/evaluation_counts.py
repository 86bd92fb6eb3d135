class A:
    def __eq__(self, o): print('eq', o); return o == 2
match A():
    case 1: print('one')
    case 2: print('two')
    case 3: print('three')
class S:
    def __init__(self): self.n = 0
def subj(): print('subject once'); return 5
match subj():
    case 1: pass
    case int(): print('int')
