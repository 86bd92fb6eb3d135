import os
import sys
import tempfile
import threading

with tempfile.TemporaryDirectory() as directory:
    with open(os.path.join(directory, "slow_module.py"), "w") as f:
        f.write("import time\nruns = globals().get('runs', 0) + 1\ntime.sleep(0.05)\nvalue = 42\n")
    sys.path.insert(0, directory)
    seen = []
    barrier = threading.Barrier(5)

    def work():
        barrier.wait()
        import slow_module

        seen.append((slow_module.value, slow_module.runs, id(slow_module)))

    threads = [threading.Thread(target=work) for _ in range(5)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    print(len(seen), len(set(seen)), seen[0][:2])
    # Two modules that import each other, from two threads.
    for name, other in (("left_module", "right_module"), ("right_module", "left_module")):
        with open(os.path.join(directory, name + ".py"), "w") as f:
            f.write(f"import time\ntime.sleep(0.02)\nimport {other}\nname = __name__\n")
    threads = [threading.Thread(target=__import__, args=(name,)) for name in ("left_module", "right_module")]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    print(sys.modules["left_module"].name, sys.modules["right_module"].name)
    sys.path.remove(directory)
