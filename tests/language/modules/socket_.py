# socket: pairs, TCP, UDP, Unix, timeouts, ancillary data, options, names, errors
import array
import os
import selectors
import socket
import tempfile

a, b = socket.socketpair()
a.sendall(b"hello")
print(b.recv(2), b.recv(10))
buffer = array.array("B", [0] * 4)
a.send(b"abcdef")
print(b.recv_into(buffer), buffer, b.recvfrom(10))
read, write = os.pipe()
a.sendmsg([b"x", b"yz"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [read]))])
data, control, flags, source = b.recvmsg(10, socket.CMSG_SPACE(4))
print(data, [(level, kind, len(item)) for level, kind, item in control], flags == 0)
received = array.array("i", control[0][2])
os.write(write, b"through")
print(os.read(received[0], 10))
for fd in (read, write, received[0]):
    os.close(fd)
chunks = [bytearray(2), bytearray(3)]
a.send(b"12345")
print(b.recvmsg_into(chunks)[0], chunks)

b.settimeout(0.01)
print(b.gettimeout(), b.getblocking(), b.timeout)
for change in (lambda: None, lambda: b.setblocking(False)):
    change()
    try:
        b.recv(1)
    except OSError as e:
        print(type(e).__name__, e.args)
for bad in (-1, "x", float("nan")):
    try:
        b.settimeout(bad)
    except (ValueError, TypeError) as e:
        print(type(e).__name__)
with selectors.DefaultSelector() as selector:
    selector.register(b, selectors.EVENT_READ, "b")
    print(selector.select(0))
    a.send(b"!")
    print([(key.data, events) for key, events in selector.select(1)])
a.close()
print(a.fileno(), b.recv(5), b.recv(5), b.detach() > 0, repr(a))

with socket.create_server(("127.0.0.1", 0)) as server:
    host, port = server.getsockname()
    client = socket.create_connection((host, port))
    served, address = server.accept()
    print(address == client.getsockname(), client.getpeername() == (host, port), served.type)
    with client, served:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        print(client.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY), len(client.getsockopt(6, 1, 4)))
        stream = client.makefile("rwb")
        stream.write(b"first\nsecond\n")
        stream.flush()
        client.shutdown(socket.SHUT_WR)
        print(served.makefile("r").readlines())
        stream.close()
try:
    socket.create_connection((host, port), timeout=1)
except ConnectionRefusedError as e:
    print(e.errno == 111)

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one, socket.socket(type=socket.SOCK_DGRAM) as two:
    one.bind(("127.0.0.1", 0))
    print(two.sendto(b"datagram", one.getsockname()))
    print(one.recvfrom(100)[0])

with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as server:
    path = os.path.join(folder, "s")
    server.bind(path)
    server.listen()
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(path)
        print(server.getsockname() == path, repr(client.getsockname()))
        server.accept()[0].close()

print(socket.inet_aton("127.1"), socket.inet_ntop(socket.AF_INET6, bytes(15) + b"\1"), socket.inet_pton(2, "1.2.3.4"))
print(socket.htons(1), socket.ntohl(socket.htonl(77)), socket.getservbyname("http", "tcp") if False else "")
print(socket.getaddrinfo("127.0.0.1", 80, type=socket.SOCK_STREAM), socket.gethostbyname("127.0.0.1"))
for call in (
    lambda: socket.socket().connect(("127.0.0.1", 70000)),
    lambda: socket.socket().connect("x"),
    lambda: socket.socket().sendto(b""),
    lambda: socket.inet_aton("x"),
    lambda: socket.htons(-1),
    lambda: socket.socket().recv(-1),
    lambda: socket.socket(fileno=-1),
    lambda: socket.getaddrinfo("::bad::", 1, flags=socket.AI_NUMERICHOST),
    lambda: socket.socket(socket.AF_UNIX).bind("x" * 200),
):
    try:
        call()
    except (OSError, TypeError, ValueError, OverflowError) as e:
        print(type(e).__name__, e)
