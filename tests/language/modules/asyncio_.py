# asyncio: tasks, timeouts, queues, streams over TCP and socket pairs
import asyncio
import socket


async def shout(reader, writer):
    line = await reader.readline()
    writer.write(line.upper())
    await writer.drain()
    writer.close()
    await writer.wait_closed()


async def streams():
    server = await asyncio.start_server(shout, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(b"hi there\n")
    await writer.drain()
    print(await reader.read())
    writer.close()
    await writer.wait_closed()
    server.close()
    await server.wait_closed()

    a, b = socket.socketpair()
    reader, writer = await asyncio.open_connection(sock=a)
    other_reader, other_writer = await asyncio.open_connection(sock=b)
    writer.write(b"abc\ndef")
    print(await other_reader.readline(), await other_reader.readexactly(3))
    writer.close()
    print(await other_reader.read())
    other_writer.close()


async def main():
    await asyncio.sleep(0.001)
    print(await asyncio.gather(*[asyncio.sleep(0.001 * i, i) for i in range(5)]))
    try:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(10)
    except TimeoutError as e:
        print(type(e).__name__)
    queue = asyncio.Queue()
    async with asyncio.TaskGroup() as group:
        getter = group.create_task(queue.get())
        group.create_task(queue.put("item"))
    print(getter.result())
    task = asyncio.create_task(asyncio.sleep(10))
    await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print("cancelled")
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(asyncio.sleep(10))
            group.create_task(asyncio.wait_for(asyncio.sleep(10), 0.001))
    except* TimeoutError as e:
        print(len(e.exceptions))
    await streams()
    return "done"


print(asyncio.run(main()))
