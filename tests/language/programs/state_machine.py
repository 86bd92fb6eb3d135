class State:
    transitions = {}
    def __init_subclass__(cls, on=(), **kw):
        super().__init_subclass__(**kw)
        for event, target in on: State.transitions[cls.__name__, event] = target
class Locked(State, on=[('coin', 'Unlocked'), ('push', 'Locked')]): pass
class Unlocked(State, on=[('push', 'Locked'), ('coin', 'Unlocked')]): pass
s = 'Locked'
for e in 'push coin coin push push'.split():
    s, old = State.transitions[s, e], s
    print(f'{old} --{e}--> {s}')
