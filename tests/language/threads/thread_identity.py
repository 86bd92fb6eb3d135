import threading

main = threading.main_thread()
print(main is threading.current_thread(), main.name, main.daemon, main.is_alive())
print(main.ident == threading.get_ident(), main.native_id == threading.get_native_id())
print(threading.active_count(), threading.enumerate() == [main])
seen = {}
ready, go = threading.Event(), threading.Event()


def work():
    me = threading.current_thread()
    seen["same"] = me is t
    seen["ident"] = me.ident == threading.get_ident() != main.ident
    seen["main"] = threading.main_thread() is main
    ready.set()
    go.wait()


t = threading.Thread(target=work, name="worker")
print(t)
t.start()
ready.wait()
print(threading.active_count(), set(threading.enumerate()) == {main, t})
print(repr(t).startswith("<Thread(worker, started "), t.is_alive())
go.set()
t.join()
print(repr(t).startswith("<Thread(worker, stopped "))
print(threading.active_count(), seen)
