import threading


def some_function():
    names.append(threading.current_thread().name)


names = []
t = threading.Thread(target=some_function)
number = int(t.name.split("-")[1].split(" ")[0])
print(t.name == f"Thread-{number} (some_function)")
t2 = threading.Thread()
print(t2.name == f"Thread-{number + 1}")
t.name = "other"
t.start()
t.join()
print(names, t.name)
t.name = 3
print(repr(t.name))
t = threading.Thread(name=5, target=some_function)
print(repr(t.name))
t.start()
t.join()
print(names)
