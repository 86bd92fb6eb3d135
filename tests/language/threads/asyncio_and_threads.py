import asyncio
import threading
import time


def slow(n):
    time.sleep(0.01)
    return n * n, threading.current_thread() is threading.main_thread()


async def main():
    print(await asyncio.gather(*(asyncio.to_thread(slow, n) for n in range(5))))
    loop = asyncio.get_running_loop()
    print(await loop.run_in_executor(None, slow, 9))
    event = asyncio.Event()
    threading.Timer(0.01, loop.call_soon_threadsafe, [event.set]).start()
    await event.wait()
    print("told")

    async def answer():
        return 42

    def ask():
        return asyncio.run_coroutine_threadsafe(answer(), loop).result(10)

    print(await asyncio.to_thread(ask))


asyncio.run(main())
results = []
threads = [threading.Thread(target=lambda n=n: results.append(asyncio.run(asyncio.sleep(0.01, n)))) for n in range(3)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(sorted(results))
