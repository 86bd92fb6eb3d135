import subprocess
import sys
import threading

results = {}


def work(n):
    done = subprocess.run(["sh", "-c", f"sleep 0.0{n}; echo {n}; exit {n}"], capture_output=True)
    results[n] = (done.stdout, done.returncode)


threads = [threading.Thread(target=work, args=(n,)) for n in range(5)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print([results[n] for n in range(5)])
