import threading


class Counted(threading.local):
    shared = []
    kind = "class attribute"

    def __init__(self, start, step=1):
        self.shared.append((start, step))
        self.value = start
        self.step = step

    def next(self):
        self.value += self.step
        return self.value

    @property
    def double(self):
        return self.value * 2


counted = Counted(10, step=5)
print(counted.next(), counted.next(), counted.double, counted.kind)
results = []


def work():
    results.append((counted.next(), counted.double, counted.__dict__))


for _ in range(3):
    t = threading.Thread(target=work)
    t.start()
    t.join()
print(results)
print(Counted.shared, counted.value)


class Failing(threading.local):
    def __init__(self, fail):
        if threading.current_thread() is not threading.main_thread() and fail:
            fail.pop()
            raise ValueError("not here")
        self.ok = True


failing = Failing([1])


def work():
    for _ in range(2):
        try:
            results.append(failing.ok)
        except ValueError as e:
            results.append(str(e))


results.clear()
t = threading.Thread(target=work)
t.start()
t.join()
print(results, failing.ok)


class Slotted(threading.local):
    __slots__ = ("number",)


slotted = Slotted()
slotted.number = 1
t = threading.Thread(target=lambda: setattr(slotted, "number", 2))
t.start()
t.join()
print(slotted.number)


class Traced(threading.local):
    def __getattr__(self, name):
        return f"no {name}"

    def __setattr__(self, name, value):
        super().__setattr__(name, (value,))


traced = Traced()
traced.a = 1
print(traced.a, traced.b)
