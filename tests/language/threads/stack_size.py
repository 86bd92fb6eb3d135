import threading

print(threading.stack_size(), threading.stack_size(1 << 20), threading.stack_size(), threading.stack_size(0), threading.stack_size())
for wrong in (-1, 100):
    try:
        threading.stack_size(wrong)
    except ValueError as e:
        print(str(e).split(" bytes")[0][:20])
threading.stack_size(1 << 20)
seen = []
t = threading.Thread(target=lambda: seen.append(repr([[[[]]]])))
t.start()
t.join()
print(seen)
