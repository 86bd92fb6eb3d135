import gc
import threading
import weakref


class Thing:
    pass


data = threading.local()
references = []


def work():
    data.thing = Thing()
    references.append(weakref.ref(data.thing))


for _ in range(5):
    t = threading.Thread(target=work)
    t.start()
    t.join()
del t
gc.collect()
print([r() for r in references])

# A local that dies takes every thread's values along.
done, go = threading.Event(), threading.Event()


def hold():
    work()
    done.set()
    go.wait()


references.clear()
t = threading.Thread(target=hold)
t.start()
done.wait()
gc.collect()
print(references[0]() is not None)
del data
gc.collect()
print(references[0]())
go.set()
t.join()
