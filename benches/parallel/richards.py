"""Richards: the kernel of an operating system that passes packets between tasks; each thread simulates its own kernels."""

from _program import in_threads, main, share

SIZE = 800
IDLE, WORKER, HANDLER_A, HANDLER_B, DEVICE_A, DEVICE_B = range(6)
DEVICE, WORK = range(2)
IDLE_STEPS = 1000
# What every run of the simulation comes to.
QUEUED, HELD = 2322, 928


class Packet:
    """A message in a queue, which is a chain of packets."""

    def __init__(self, link, address, kind):
        self.link = link
        self.address = address
        self.kind = kind
        self.position = 0
        self.data = [0] * 4

    def behind(self, queue):
        """Puts the packet at the end of a chain; returns the chain."""
        self.link = None
        if queue is None:
            return self
        last = queue
        while last.link is not None:
            last = last.link
        last.link = self
        return queue


class Task:
    """A task of the kernel. `step(packet)` does some work and returns the task to go on with."""

    def __init__(self, kernel, number, priority, queue):
        self.kernel = kernel
        self.number = number
        self.priority = priority
        self.queue = queue
        self.ready = queue is not None
        self.suspended = True
        self.held = False
        self.link = kernel.tasks
        kernel.tasks = kernel.table[number] = self

    def run(self):
        packet = None
        if self.suspended and self.ready:
            packet = self.queue
            self.queue = packet.link
            self.suspended = False
            self.ready = self.queue is not None
        return self.step(packet)

    def receive(self, packet, sender):
        """Takes a packet in; returns who goes on."""
        if self.queue is None:
            self.queue = packet
            self.ready = True
            if self.priority > sender.priority:
                return self
        else:
            packet.behind(self.queue)
        return sender


class Idle(Task):
    def __init__(self, kernel, number, priority):
        super().__init__(kernel, number, priority, None)
        self.suspended = False
        self.control = 1
        self.left = IDLE_STEPS

    def step(self, packet):
        self.left -= 1
        if self.left == 0:
            return self.kernel.hold()
        odd = self.control & 1
        self.control >>= 1
        if odd:
            self.control ^= 0xD008
            return self.kernel.release(DEVICE_B)
        return self.kernel.release(DEVICE_A)


class Worker(Task):
    def __init__(self, kernel, number, priority, queue):
        super().__init__(kernel, number, priority, queue)
        self.target = HANDLER_A
        self.letter = 0

    def step(self, packet):
        if packet is None:
            return self.kernel.wait()
        self.target = HANDLER_B if self.target == HANDLER_A else HANDLER_A
        packet.address = self.target
        packet.position = 0
        for i in range(4):
            self.letter = self.letter % 26 + 1
            packet.data[i] = 64 + self.letter
        return self.kernel.send(packet)


class Handler(Task):
    def __init__(self, kernel, number, priority, queue):
        super().__init__(kernel, number, priority, queue)
        self.work = None
        self.devices = None

    def step(self, packet):
        if packet is not None:
            if packet.kind == WORK:
                self.work = packet.behind(self.work)
            else:
                self.devices = packet.behind(self.devices)
        work = self.work
        if work is None:
            return self.kernel.wait()
        if work.position >= 4:
            self.work = work.link
            return self.kernel.send(work)
        device = self.devices
        if device is None:
            return self.kernel.wait()
        self.devices = device.link
        device.position = work.data[work.position]
        work.position += 1
        return self.kernel.send(device)


class Device(Task):
    def __init__(self, kernel, number, priority):
        super().__init__(kernel, number, priority, None)
        self.pending = None

    def step(self, packet):
        if packet is not None:
            self.pending = packet
            return self.kernel.hold()
        if self.pending is None:
            return self.kernel.wait()
        packet, self.pending = self.pending, None
        return self.kernel.send(packet)


class Kernel:
    def __init__(self):
        self.tasks = None
        self.table = [None] * 6
        self.current = None
        self.queued = 0
        self.held = 0
        Idle(self, IDLE, 0)
        Worker(self, WORKER, 1000, self.packets(2, WORKER, WORK))
        Handler(self, HANDLER_A, 2000, self.packets(3, DEVICE_A, DEVICE))
        Handler(self, HANDLER_B, 3000, self.packets(3, DEVICE_B, DEVICE))
        Device(self, DEVICE_A, 4000)
        Device(self, DEVICE_B, 5000)

    def packets(self, count, address, kind):
        queue = None
        for _ in range(count):
            queue = Packet(queue, address, kind)
        return queue

    def run(self):
        task = self.tasks
        while task is not None:
            if task.held or (task.suspended and not task.ready):
                task = task.link
            else:
                self.current = task
                task = task.run()

    def send(self, packet):
        receiver = self.table[packet.address]
        self.queued += 1
        packet.link = None
        packet.address = self.current.number
        return receiver.receive(packet, self.current)

    def hold(self):
        self.held += 1
        self.current.held = True
        return self.current.link

    def release(self, number):
        task = self.table[number]
        task.held = False
        return task if task.priority > self.current.priority else self.current

    def wait(self):
        self.current.suspended = True
        return self.current


def simulate(number, threads, results):
    for i in share(len(results), threads, number):
        kernel = Kernel()
        kernel.run()
        results[i] = kernel.queued, kernel.held


def prepare(threads, size):
    return [None] * size


def run(threads, results):
    in_threads(threads, simulate, threads, results)


def check(results):
    assert results == [(QUEUED, HELD)] * len(results), results


if __name__ == "__main__":
    main()
