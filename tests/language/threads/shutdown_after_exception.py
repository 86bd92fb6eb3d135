import threading

go = threading.Event()
t = threading.Thread(target=lambda: (go.wait(), print("thread ends")))
t.start()
threading.Timer(0.05, go.set).start()
raise ValueError("main fails, the thread is waited for")
