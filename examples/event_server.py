"""An event loop on epoll that hands events to worker threads; each worker handles an event in `with atomic`.

Clients send orders for goods over sockets. The loop reads lines and puts them into a queue. Workers take an event and
change stock and accounts in one transaction; the answer goes out once that has committed. The handlers are written as if
there were one thread, and run on all cores.
"""

import argparse
import select
import socket
import threading

import transaction

GOODS = [f"good{i}" for i in range(50)]
STOCK = 1_000_000


class Shop:
    def __init__(self):
        self.stock = dict.fromkeys(GOODS, STOCK)
        self.accounts = {}
        self.events = transaction.queue()
        self.handled = 0

    def handle(self, client, line):
        """Handles one order, `name good count`; returns the answer."""
        name, good, count = line.split()
        count = int(count)
        if self.stock[good] < count:
            return f"no {good}\n"
        self.stock[good] -= count
        self.accounts[name] = self.accounts.get(name, 0) + count
        return f"{name} has {self.accounts[name]}\n"

    def work(self):
        """What a worker thread does, until it gets None."""
        while self.serve_one():
            pass

    @transaction.atomic
    def serve_one(self):
        """Takes an event and handles it in one transaction. Whether to go on."""
        event = self.events.get()
        if event is None:
            return False
        client, line = event
        answer = self.handle(client, line).encode()
        self.handled += 1
        # A socket cannot be undone, so the answer waits for the commit.
        transaction.on_commit(lambda: client.sendall(answer))
        return True


def event_loop(shop, sockets):
    """Reads lines from all clients until they have closed their ends."""
    epoll = select.epoll()
    clients = {client.fileno(): (client, bytearray()) for client in sockets}
    for descriptor in clients:
        epoll.register(descriptor, select.EPOLLIN)
    while clients:
        for descriptor, _ in epoll.poll():
            client, buffer = clients[descriptor]
            data = client.recv(4096)
            if not data:
                epoll.unregister(descriptor)
                del clients[descriptor]
                continue
            buffer += data
            *lines, rest = buffer.split(b"\n")
            buffer[:] = rest
            for line in lines:
                shop.events.put((client, line.decode()))
    epoll.close()


def customer(name, connection, orders, problems):
    """Sends orders and reads as many answers; its account must only ever grow."""
    with connection, connection.makefile("r") as answers:
        for i in range(orders):
            connection.sendall(f"{name} {GOODS[i * 7 % len(GOODS)]} {i % 3 + 1}\n".encode())
        connection.shutdown(socket.SHUT_WR)
        lines = [next(answers) for _ in range(orders)]
    final = max(int(line.split()[-1]) for line in lines)
    if final != sum(i % 3 + 1 for i in range(orders)):
        problems.append(f"{name} has {final}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=2, help="worker threads (2)")
    parser.add_argument("--size", type=int, default=200, help="orders of each of the 8 customers (200)")
    arguments = parser.parse_args()
    shop, problems, customers, ends = Shop(), [], [], []
    for number in range(8):
        here, there = socket.socketpair()
        ends.append(here)
        customers.append(threading.Thread(target=customer, args=(f"c{number}", there, arguments.size, problems)))
    workers = [threading.Thread(target=shop.work) for _ in range(arguments.threads)]
    for thread in workers + customers:
        thread.start()
    event_loop(shop, ends)
    for _ in workers:
        shop.events.put(None)
    for thread in workers + customers:
        thread.join()
    for end in ends:
        end.close()
    assert not problems, problems
    sold = sum(STOCK - left for left in shop.stock.values())
    expected = 8 * sum(i % 3 + 1 for i in range(arguments.size))
    assert shop.handled == 8 * arguments.size, shop.handled
    assert sold == sum(shop.accounts.values()) == expected, (sold, expected)
    print(f"{shop.handled} orders, {sold} pieces sold")


if __name__ == "__main__":
    main()
